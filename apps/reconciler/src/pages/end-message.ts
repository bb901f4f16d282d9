import { SCOPES, SYNC_MODES, type JobFetched, type ScopeFetched } from '@catalogue-sync/contracts';
import { PoisonMessage, type InboundMessage } from '@catalogue-sync/messaging';

const SCOPE_OUTCOMES: readonly string[] = [
  'complete',
  'incomplete',
  'drifted',
  'not-modified',
  'failed',
  'cancelled',
];
const JOB_OUTCOMES: readonly string[] = ['completed', 'partial', 'failed', 'cancelled'];

/** Reads a `ScopeFetched`. Throws PoisonMessage when it is not what the contract says. */
export function readScopeFetched(message: InboundMessage): ScopeFetched {
  const body = objectOf<ScopeFetched>(message);
  const valid =
    typeof body.jobId === 'string' &&
    SCOPES.includes(body.scope) &&
    Number.isSafeInteger(body.runToken) &&
    Number.isSafeInteger(body.expectedPages) &&
    body.expectedPages >= 0 &&
    SYNC_MODES.includes(body.mode) &&
    SCOPE_OUTCOMES.includes(body.outcome) &&
    typeof body.categoriesComplete === 'boolean' &&
    Number.isSafeInteger(body.removalConfirmations) &&
    body.removalConfirmations >= 1 &&
    (body.removalGuard === undefined ||
      (isPercent(body.removalGuard.inOneRun) && isPercent(body.removalGuard.inSevenDays)));
  if (!valid) throw new PoisonMessage('the end of a scope lacks fields or has values out of range');
  return body;
}

function isPercent(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 100;
}

/** Reads a `JobFetched`. Throws PoisonMessage when it is not what the contract says. */
export function readJobFetched(message: InboundMessage): JobFetched {
  const body = objectOf<JobFetched>(message);
  const valid =
    typeof body.jobId === 'string' &&
    JOB_OUTCOMES.includes(body.outcome) &&
    Array.isArray(body.scopes) &&
    body.scopes.every((entry) => SCOPES.includes(entry?.scope) && Number.isSafeInteger(entry.runToken));
  if (!valid) throw new PoisonMessage('the end of a job lacks fields or has values out of range');
  return body;
}

function objectOf<T>(message: InboundMessage): T {
  try {
    const body = message.json<unknown>();
    if (typeof body === 'object' && body !== null) return body as T;
  } catch {
    // Said below, in the same words as for any other body that is no object.
  }
  throw new PoisonMessage('the body is not a JSON object');
}
