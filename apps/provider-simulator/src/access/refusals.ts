import type { RefusalForm } from '../quirks/access.quirks.js';
import { jsonAnswer, notFoundPage, textAnswer, type Answer } from '../server/answer.js';

const FORMS: Record<RefusalForm, () => Answer> = {
  'authorization-failed': () => textAnswer('Authorization failed. 1'),
  'unauthorized-request': () => textAnswer('Unauthorized request.'),
  'access-denied': () => textAnswer('Access denied.'),
  empty: () => textAnswer(''),
  '401': () => textAnswer('Unauthorized', 401),
  '403': () => textAnswer('', 403),
  'js-false': () => jsonAnswer({ js: false }),
  'js-error': () => jsonAnswer({ js: { error: 'auth_required', msg: 'Log in again' } }),
  'token-null': () => jsonAnswer({ js: { token: null } }),
  'auth-0': () => jsonAnswer({ user_info: { auth: 0 } }),
  'not-found-page': notFoundPage,
};

/** A refusal in one of the forms that providers have for it, or in `own` where none is asked for. Marked as one. */
export function refusalAnswer(form: RefusalForm | undefined, own: () => Answer): Answer {
  return refused(form === undefined ? own() : FORMS[form]());
}

/** The same answer, told apart from a granted one: a provider counts them. */
export function refused(answer: Answer): Answer {
  return { ...answer, refused: true };
}
