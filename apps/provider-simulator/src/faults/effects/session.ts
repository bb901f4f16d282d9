import type { EffectHandler } from './effect.js';

/** The session ends, as when a viewer's own box takes it over: this request and those after it are refused until the client logs in again. */
export interface SessionLostEffect {
  type: 'session-lost';
}

export const sessionLost: EffectHandler<SessionLostEffect> = (_, scene) => {
  scene.endSession();
  return { answer: scene.refusal() };
};
