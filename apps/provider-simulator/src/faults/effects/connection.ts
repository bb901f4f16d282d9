import type { EffectHandler } from './effect.js';

/** Faults of the connection itself. */
export interface TimeoutEffect {
  /** Never answers. The connection ends when the client gives up or the simulator stops. */
  type: 'timeout';
}
export interface ResetEffect {
  /** The connection is reset instead of an answer. */
  type: 'reset';
}
export interface DelayEffect {
  /** Answers late. */
  type: 'delay';
  ms: number;
}

export const timeout: EffectHandler<TimeoutEffect> = () => undefined;

export const reset: EffectHandler<ResetEffect> = (_, scene) => {
  const socket = scene.response.socket;
  if (socket !== null && 'resetAndDestroy' in socket) socket.resetAndDestroy();
  return undefined;
};

export const lateAnswer: EffectHandler<DelayEffect> = (effect, scene) => ({
  answer: scene.answer(),
  delayMs: effect.ms,
});
