import type { EffectHandler } from './effect.js';

/** Faults that spoil the right answer's body on its way. */
export interface CutEffect {
  type: 'cut';
  afterBytes: number;
  /** True: the cut body ends as if whole, and only its content tells. Default: the connection breaks. */
  clean?: boolean;
}
export interface DripEffect {
  type: 'drip';
  bytesPerSecond: number;
}

export const cut: EffectHandler<CutEffect> = (effect, scene) => ({
  answer: scene.answer(),
  transfer: { cutAfterBytes: effect.afterBytes, cutCleanly: effect.clean ?? false },
});

export const drip: EffectHandler<DripEffect> = (effect, scene) => ({
  answer: scene.answer(),
  transfer: { bytesPerSecond: effect.bytesPerSecond },
});
