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
export interface WrongLengthEffect {
  /** The whole body under a `Content-Length` that is not its own; then the connection ends. */
  type: 'wrong-length';
  /** Bytes that the header tells. */
  length: number;
}

export const cut: EffectHandler<CutEffect> = (effect, scene) => ({
  answer: scene.answer(),
  transfer: { cutAfterBytes: effect.afterBytes, cutCleanly: effect.clean ?? false },
});

export const drip: EffectHandler<DripEffect> = (effect, scene) => ({
  answer: scene.answer(),
  transfer: { bytesPerSecond: effect.bytesPerSecond },
});

export const wrongLength: EffectHandler<WrongLengthEffect> = (effect, scene) => ({
  answer: scene.answer(),
  transfer: { declaredLength: effect.length },
});
