import { asciiJson, type Answer } from '../server/answer.js';

/** Portals say JavaScript whatever they send, and forbid caching with dates of 1970. */
const CONTENT_TYPE = 'text/javascript;charset=UTF-8';
const HEADERS = { Expires: 'Thu, 01 Jan 1970 00:00:00 GMT', Pragma: 'no-cache' };

let queries = 0;

/** Debug noise beside the payload: different each time, as on real portals. */
function noise(): string {
  queries = (queries + 7) % 90;
  return `generated in: 0.${10 + queries}s; query counter: ${9 + (queries % 40)}; cache hits: 0; cache miss: 0`;
}

/** Wraps a payload that is JSON text already. */
export function envelope(js: string): Answer {
  return asciiJson(`{"js":${js},"text":"${noise()}"}`, CONTENT_TYPE, HEADERS);
}

/** Wraps a payload that is computed while it is sent. */
export function streamedEnvelope(js: Iterable<string>): Answer {
  return asciiJson(wrap(js), CONTENT_TYPE, HEADERS);
}

function* wrap(js: Iterable<string>): Generator<string> {
  yield '{"js":';
  yield* js;
  yield `,"text":"${noise()}"}`;
}

/** Wraps a value; for small payloads. */
export function envelopeOf(value: unknown): Answer {
  return { ...envelope(JSON.stringify(value)), encoding: 'utf8' };
}
