import { parseJsonExactly } from '../json/big-integers.js';
import { badAnswer } from '../http/request-failure.js';
import { notJson, refuseAccountAnswer } from './account.js';

/**
 * The body of `get_series_info` or `get_vod_info`. Panels answer `[]` or null for what they do not know: {} then.
 *
 * @throws RequestFailure when it is no such answer, or says that the account may not log in
 */
export function readPanelObject(body: Buffer): Record<string, unknown> {
  const text = body
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (text === '') throw badAnswer('The panel sends an empty answer.');
  if (!/^[{[]|^null$/.test(text)) throw notJson();
  let parsed: unknown;
  try {
    parsed = parseJsonExactly(text);
  } catch {
    throw badAnswer('The answer of the panel is cut.');
  }
  const object = recordOf(parsed);
  if ('user_info' in object) {
    refuseAccountAnswer(text);
    throw badAnswer('The panel does not know this call: it answers with the account.', 'never');
  }
  return object;
}

/** An object, or {} for everything else: PHP writes an empty object as `[]`. */
export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
