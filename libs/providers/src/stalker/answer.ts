import { ERROR_CODE } from '@catalogue-sync/contracts';
import { badAnswer, RequestFailure } from '../http/request-failure.js';
import { parseJsonExactly } from '../json/big-integers.js';

/** How a portal said that it does not know the session. */
export type AuthSign = 'text' | 'empty' | 'status' | 'false';

/** The session is missing, stale or stolen: worth one new handshake (PROVIDERS A.3). */
export class StalkerAuthFailure extends RequestFailure {
  constructor(readonly sign: AuthSign) {
    super(
      ERROR_CODE.providerAuthFailed,
      'The portal does not accept the session. Check the MAC address with the provider; a box that uses the same MAC takes the session away.',
    );
  }
}

/** Exact, because short pages of firewalls contain such words too; portals may add a number. */
const SESSION_REFUSED = /^(?:Authorization failed|Unauthorized request)\.?\s*\d*$/i;
const ACCOUNT_REFUSED = /^Access denied\.?\s*\d*$/i;
const WRAPPED = /^[A-Za-z_$][\w.$]*\(([\s\S]*)\)\s*;?$/;
// oxlint-disable-next-line no-control-regex -- portals put control characters before the answer; stays as long as they do
const LEADING_NOISE = /^[\u0000-\u0020\ufeff]+/;

/**
 * The `js` part of a portal's answer. `false` and null come back as they are: the portal does not know the action, or the session.
 *
 * @throws StalkerAuthFailure when the answer is one of the texts that mean "no session"
 * @throws RequestFailure for everything else that is no answer
 */
export function readAnswer(body: Buffer): unknown {
  const text = body.toString('utf8').replace(LEADING_NOISE, '').trimEnd();
  const refusal = refusalOf(text);
  if (refusal !== undefined) throw refusal;
  const json = WRAPPED.exec(text)?.[1] ?? text;
  let parsed: unknown;
  try {
    parsed = parseJsonExactly(json);
  } catch {
    throw badAnswer('The answer of the portal is cut.');
  }
  if (typeof parsed !== 'object' || parsed === null || !('js' in parsed)) {
    throw badAnswer('This is no Stalker portal: its answer has no "js". Check the URL.', 'never');
  }
  return parsed.js;
}

/** What a text that holds no data means; undefined when it may hold some. */
export function refusalOf(text: string): RequestFailure | undefined {
  if (text === '') return new StalkerAuthFailure('empty');
  if (SESSION_REFUSED.test(text)) return new StalkerAuthFailure('text');
  if (ACCOUNT_REFUSED.test(text)) {
    return new RequestFailure(
      ERROR_CODE.providerRefused,
      'The portal denies access: the account is blocked. Ask the provider.',
    );
  }
  if (text.startsWith('{') || text.startsWith('[') || WRAPPED.test(text)) return undefined;
  return new RequestFailure(
    ERROR_CODE.providerRefused,
    'The portal answers with a web page or a text in the place of data: a firewall is in the way, or this is not the endpoint.',
  );
}
