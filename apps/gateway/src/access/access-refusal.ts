import type { AccessScope } from '@catalogue-sync/contracts/rest';
import { ProblemError } from '../problem/problem-error.js';

const REALM = 'Bearer realm="catalogue-sync"';

/** Nothing came that could let the caller in. */
export function signInFirst(): ProblemError {
  return new ProblemError(
    'unauthenticated',
    'Send an API key as "Authorization: Bearer <key>", or sign in to the dashboard.',
    { headers: { 'www-authenticate': REALM } },
  );
}

/** What came is not, or no longer, good. Which of them is nobody's business. */
export function notAccepted(what: 'key' | 'session' | 'login link'): ProblemError {
  const details = {
    key: 'The API key is not known, was revoked, or is past its time. Make a new one with POST /api/keys.',
    session: 'The session has ended. Sign in again.',
    'login link':
      'The login link was used or is older than 15 minutes. Make another with POST /api/login-links.',
  };
  return new ProblemError('unauthenticated', details[what], {
    headers: { 'www-authenticate': `${REALM}, error="invalid_token"` },
  });
}

export function scopeMissing(scope: AccessScope): ProblemError {
  return new ProblemError(
    'forbidden',
    `This asks for the scope "${scope}", which the key does not have. Use a key that has it; who holds "admin" can make one.`,
    { headers: { 'www-authenticate': `${REALM}, error="insufficient_scope", scope="${scope}"` } },
  );
}
