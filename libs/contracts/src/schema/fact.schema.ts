import {
  FACT_TYPE,
  type FactType,
  type HoldCause,
  type ProviderPurged,
  type RemovalHeld,
  type SnapshotConfirmed,
  type SnapshotPublished,
  type SyncFinished,
  type SyncStarted,
} from '../facts.js';
import { ITEM_KINDS } from '../item.js';
import { COUNTS, JOB_ID, JOB_OUTCOME, PROVIDER_ID, TOTALS } from './event.schema.js';
import { SCOPE } from './item.schema.js';
import { count, maybe, number, objectOf, oneOf, ref, text, type Schema } from './json-schema.js';

const HOLD_CAUSES: Record<HoldCause, true> = {
  share: true,
  week: true,
  'empty-answer': true,
  'suspected-renumbering': true,
};
const POSITION = count('The event position that the version stands at: tail from the next one.');

/** The body of every fact, by type. */
export const FACT_BODY: Readonly<Record<FactType, Schema>> = {
  [FACT_TYPE.syncStarted]: objectOf<SyncStarted>('A sync job has begun.', {
    providerId: PROVIDER_ID,
    jobId: JOB_ID,
    trigger: text('Who or what asked for it.'),
  }),
  [FACT_TYPE.syncFinished]: objectOf<SyncFinished>('A sync job has ended.', {
    providerId: PROVIDER_ID,
    jobId: JOB_ID,
    outcome: JOB_OUTCOME,
    reason: maybe(text('In words, when it did not simply complete.')),
    counts: ref(COUNTS),
    snapshotVersion: maybe(count('The version that it sealed or confirmed.', { minimum: 1 })),
    seconds: number('From start to end, seconds.', { minimum: 0 }),
  }),
  [FACT_TYPE.snapshotPublished]: objectOf<SnapshotPublished>('A new version is current.', {
    providerId: PROVIDER_ID,
    jobId: JOB_ID,
    version: count('Its number.', { minimum: 1 }),
    asOfSeq: POSITION,
    compressedBytes: count('Bytes of the whole document, gzip.'),
    plainBytes: count('Bytes of the whole document, plain.'),
    totals: ref(TOTALS),
  }),
  [FACT_TYPE.snapshotConfirmed]: objectOf<SnapshotConfirmed>(
    'The job changed nothing: the current version stays.',
    {
      providerId: PROVIDER_ID,
      jobId: JOB_ID,
      version: maybe(count('The current version; left out before the first.', { minimum: 1 })),
      asOfSeq: POSITION,
    },
  ),
  [FACT_TYPE.removalHeld]: objectOf<RemovalHeld>('A removal is not believed, and waits for an operator.', {
    providerId: PROVIDER_ID,
    jobId: JOB_ID,
    scope: SCOPE,
    kind: oneOf([...ITEM_KINDS, 'category'], 'What would be removed.'),
    cause: oneOf(Object.keys(HOLD_CAUSES), 'Why it is not believed.'),
    digest: text('Names the set; an approval or a rejection names it.'),
    count: count('How many would be removed.'),
    reason: text('Why, in words.'),
  }),
  [FACT_TYPE.providerPurged]: objectOf<ProviderPurged>(
    'A service has removed all that it kept of a deleted provider.',
    {
      providerId: PROVIDER_ID,
      service: text('The service.'),
    },
  ),
};
