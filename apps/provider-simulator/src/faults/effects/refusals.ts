import { asciiJson, textAnswer } from '../../server/answer.js';
import { challengePage } from '../../server/challenge-page.js';
import type { EffectHandler } from './effect.js';

/** Answers that are not what was asked for. */
export interface StatusEffect {
  type: 'status';
  /** 400 to 999. */
  code: number;
  body?: string;
}
export interface RateLimitEffect {
  type: 'rate-limit';
  /** Seconds, or an HTTP date; absent: no `Retry-After` header. */
  retryAfter?: string;
  /** Default 429. */
  code?: number;
}
export interface HtmlEffect {
  type: 'html';
  /** Default 200. */
  code?: number;
}
export interface EmptyEffect {
  type: 'empty';
}
export interface EmptyListEffect {
  type: 'empty-list';
}
export interface TextEffect {
  type: 'text';
  /** Sent as it is, with 200: `Blocked`, `{"js":false}`, … */
  body: string;
}

export const status: EffectHandler<StatusEffect> = (effect) => ({
  answer: textAnswer(effect.body ?? '', effect.code),
});

export const rateLimit: EffectHandler<RateLimitEffect> = (effect) => {
  const answer = textAnswer('Too Many Requests', effect.code ?? 429, 'text/plain');
  if (effect.retryAfter !== undefined) answer.headers['Retry-After'] = effect.retryAfter;
  return { answer };
};

export const html: EffectHandler<HtmlEffect> = (effect) => ({
  answer: challengePage(effect.code ?? 200),
});

export const empty: EffectHandler<EmptyEffect> = () => ({ answer: textAnswer('') });

export const emptyList: EffectHandler<EmptyListEffect> = () => ({ answer: asciiJson('[]') });

export const text: EffectHandler<TextEffect> = (effect) => ({ answer: textAnswer(effect.body) });
