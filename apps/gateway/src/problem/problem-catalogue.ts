import type { ErrorCode } from '@catalogue-sync/contracts';

/** Codes of errors that only the HTTP edge can have. */
export type EdgeCode =
  | 'route-not-found'
  | 'method-not-allowed'
  | 'malformed-body'
  | 'malformed-request'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'not-acceptable'
  | 'cross-origin-refused'
  | 'snapshot-pruned'
  | 'segment-not-found'
  | 'category-not-found'
  | 'item-not-found'
  | 'idempotency-key-reused'
  | 'idempotency-key-busy'
  | 'not-permitted'
  | 'unauthenticated'
  | 'too-many-requests'
  | 'forbidden'
  | 'key-not-found';

export type ProblemCode = ErrorCode | EdgeCode;

export interface ProblemKind {
  status: number;
  title: string;
  /** Sent as Retry-After, seconds. */
  retryAfterSeconds?: number;
}

/** The one place where error codes meet HTTP statuses. The type makes a code without a status fail to compile. */
export const PROBLEM_KINDS: Readonly<Record<ProblemCode, ProblemKind>> = {
  'invalid-request': { status: 400, title: 'Invalid request' },
  'malformed-body': { status: 400, title: 'Body is not valid JSON' },
  'malformed-request': { status: 400, title: 'Malformed request' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  forbidden: { status: 403, title: 'Scope missing' },
  'not-permitted': { status: 403, title: 'Not permitted' },
  'address-not-allowed': { status: 403, title: 'Address not allowed' },
  'cross-origin-refused': { status: 403, title: 'Request from another site refused' },
  'route-not-found': { status: 404, title: 'Nothing here' },
  'provider-not-found': { status: 404, title: 'Provider not found' },
  'job-not-found': { status: 404, title: 'Sync job not found' },
  'removal-not-found': { status: 404, title: 'Held removal not found' },
  'dead-letter-not-found': { status: 404, title: 'Dead letter not found' },
  'snapshot-not-found': { status: 404, title: 'Snapshot not found' },
  'schedule-not-found': { status: 404, title: 'Schedule not found' },
  'webhook-not-found': { status: 404, title: 'Webhook not found' },
  'delivery-not-found': { status: 404, title: 'Delivery not found' },
  'segment-not-found': { status: 404, title: 'Segment not found' },
  'category-not-found': { status: 404, title: 'Category not found' },
  'key-not-found': { status: 404, title: 'API key not found' },
  'episode-not-found': { status: 404, title: 'Episode not found' },
  'item-not-found': { status: 404, title: 'Item not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'not-acceptable': { status: 406, title: 'Not acceptable' },
  'provider-deleting': { status: 409, title: 'Provider is being deleted' },
  'provider-busy': { status: 409, title: 'Provider is busy' },
  'same-catalogue-required': { status: 409, title: 'Same catalogue or reset required' },
  'job-active': { status: 409, title: 'A sync is active' },
  'nothing-to-retry': { status: 409, title: 'Nothing to retry' },
  'removal-decided': { status: 409, title: 'Removal already decided' },
  'removal-superseded': { status: 409, title: 'A newer removal took its place' },
  'no-active-job': { status: 409, title: 'No sync is active' },
  cancelled: { status: 409, title: 'Cancelled' },
  'idempotency-key-busy': { status: 409, title: 'The same request is being worked on' },
  'snapshot-pruned': { status: 410, title: 'Snapshot is not kept any more' },
  'events-trimmed': { status: 410, title: 'Events were trimmed' },
  'body-too-large': { status: 413, title: 'Body too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency key of another request' },
  internal: { status: 500, title: 'Internal error' },
  'provider-unreachable': { status: 502, title: 'Provider cannot be reached' },
  'provider-refused': { status: 502, title: 'Provider refused' },
  'provider-auth-failed': { status: 502, title: 'Provider refused the login' },
  'provider-bad-answer': { status: 502, title: 'Provider answered badly' },
  'provider-rate-limited': { status: 502, title: 'Provider limits requests' },
  'provider-cooling-down': { status: 503, title: 'Provider is left alone for a while' },
  'stream-unavailable': { status: 502, title: 'No stream to play' },
  'provider-too-large': { status: 502, title: "Provider's answer is too large" },
  'service-unavailable': { status: 503, title: 'Service unavailable', retryAfterSeconds: 5 },
  'lease-lost': { status: 503, title: 'Try again', retryAfterSeconds: 5 },
  'provider-timeout': { status: 504, title: 'Provider did not answer in time' },
};

/** Whether `code` has a problem of its own; services may come to send codes that this gateway does not know yet. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEM_KINDS, code);
}
