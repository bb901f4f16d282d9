import { cut, drip, wrongLength, type CutEffect, type DripEffect, type WrongLengthEffect } from './body.js';
import { drift, quirks, type DriftEffect, type QuirksEffect } from './change.js';
import {
  lateAnswer,
  reset,
  timeout,
  type DelayEffect,
  type ResetEffect,
  type TimeoutEffect,
} from './connection.js';
import type { EffectHandler, FaultOutcome, FaultScene } from './effect.js';
import { gzipBomb, type GzipBombEffect } from './gzip-bomb.js';
import { redirect, type RedirectEffect } from './redirect.js';
import {
  empty,
  emptyList,
  html,
  rateLimit,
  status,
  text,
  type EmptyEffect,
  type EmptyListEffect,
  type HtmlEffect,
  type RateLimitEffect,
  type StatusEffect,
  type TextEffect,
} from './refusals.js';
import { sessionLost, type SessionLostEffect } from './session.js';

/** Everything that can go wrong with an answer. A new fault is a line here and a function in the file of its family. */
interface Effects {
  status: StatusEffect;
  'rate-limit': RateLimitEffect;
  html: HtmlEffect;
  empty: EmptyEffect;
  'empty-list': EmptyListEffect;
  text: TextEffect;
  timeout: TimeoutEffect;
  reset: ResetEffect;
  delay: DelayEffect;
  cut: CutEffect;
  drip: DripEffect;
  'session-lost': SessionLostEffect;
  redirect: RedirectEffect;
  'wrong-length': WrongLengthEffect;
  'gzip-bomb': GzipBombEffect;
  drift: DriftEffect;
  quirks: QuirksEffect;
}
export type EffectType = keyof Effects;
export type Effect = Effects[EffectType];

const HANDLERS: { [Type in EffectType]: EffectHandler<Effects[Type]> } = {
  status,
  'rate-limit': rateLimit,
  html,
  empty,
  'empty-list': emptyList,
  text,
  timeout,
  reset,
  delay: lateAnswer,
  cut,
  drip,
  'session-lost': sessionLost,
  redirect,
  'wrong-length': wrongLength,
  'gzip-bomb': gzipBomb,
  drift,
  quirks,
};
export const EFFECT_TYPES = Object.keys(HANDLERS) as EffectType[];

/** Lets an effect act on a request. */
export function applyEffect(effect: Effect, scene: FaultScene): FaultOutcome {
  const handler = HANDLERS[effect.type] as EffectHandler<Effect>;
  return handler(effect, scene);
}
