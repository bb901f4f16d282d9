import {
  EVENT_TYPE,
  type CategoryRemoved,
  type ChangeCounts,
  type CountsByKind,
  type EventType,
  type ItemRemoved,
  type JobOutcome,
  type JobReconciled,
  type ProviderDeleted,
  type ReconciledScope,
  type ScopeOutcome,
  type ScopeReconciled,
} from '../events.js';
import type { ItemKind } from '../item.js';
import { SYNC_MODES } from '../scope.js';
import { CATEGORY, ITEM, KIND, SCOPE } from './item.schema.js';
import {
  count,
  listOf,
  maybe,
  moment,
  named,
  objectOf,
  oneOf,
  ref,
  text,
  type Schema,
} from './json-schema.js';

export const PROVIDER_ID = text('`p` and lower-case letters and digits; never used again after a deletion.', {
  pattern: '^p[a-z0-9]{1,39}$',
});
export const JOB_ID = text('The sync job.', { format: 'uuid' });

const JOB_OUTCOMES: Record<JobOutcome, true> = {
  completed: true,
  partial: true,
  failed: true,
  cancelled: true,
};
export const JOB_OUTCOME = oneOf(Object.keys(JOB_OUTCOMES), 'How the job ended, over all its scopes.');

const SCOPE_OUTCOMES: Record<ScopeOutcome, true> = {
  complete: true,
  incomplete: true,
  drifted: true,
  'not-modified': true,
  failed: true,
  cancelled: true,
};
const SCOPE_OUTCOME = oneOf(Object.keys(SCOPE_OUTCOMES), 'How the scope ended.');

const CHANGES = named(
  'ChangeCounts',
  objectOf<ChangeCounts>('How many were touched.', {
    added: count('New.'),
    updated: count('Changed.'),
    removed: count('Gone.'),
    unchanged: count('Listed as they were.'),
  }),
);

export const COUNTS = named(
  'CountsByKind',
  objectOf<CountsByKind>('Changes by kind of item, and of categories.', {
    channel: ref(CHANGES),
    movie: ref(CHANGES),
    series: ref(CHANGES),
    category: ref(CHANGES),
  }),
);

export const TOTALS = named(
  'TotalsByKind',
  objectOf<Record<ItemKind, number>>('Live items.', {
    channel: count('Channels.'),
    movie: count('Movies.'),
    series: count('Series.'),
  }),
);

const RECONCILED_SCOPE = named(
  'ReconciledScope',
  objectOf<ReconciledScope>('What a scope of the job came to.', {
    scope: SCOPE,
    mode: oneOf(SYNC_MODES, 'How it was fetched.'),
    outcome: SCOPE_OUTCOME,
    reason: maybe(text('In words, when it is not simply complete.')),
    added: count('Items that were added.'),
    pendingRemovals: count('Absent, and kept until the absence is confirmed.'),
    heldRemovals: count('Absent, and kept until an operator approves.'),
  }),
);

/** The body of every sequenced event, by type. */
export const EVENT_BODY: Readonly<Record<EventType, Schema>> = {
  [EVENT_TYPE.itemAdded]: ref(ITEM),
  [EVENT_TYPE.itemUpdated]: ref(ITEM),
  [EVENT_TYPE.itemRemoved]: objectOf<ItemRemoved>(
    'The item is gone: every proof that a removal needs was given.',
    {
      id: text("The item's id.", { minLength: 1 }),
      kind: KIND,
      externalId: text("The provider's own id."),
    },
  ),
  [EVENT_TYPE.categoryAdded]: ref(CATEGORY),
  [EVENT_TYPE.categoryUpdated]: ref(CATEGORY),
  [EVENT_TYPE.categoryRemoved]: objectOf<CategoryRemoved>('The category is gone.', {
    id: text("The category's id.", { minLength: 1 }),
    scope: SCOPE,
    externalId: text("The provider's own id."),
  }),
  [EVENT_TYPE.scopeReconciled]: objectOf<ScopeReconciled>('A scope of a job is through.', {
    jobId: JOB_ID,
    scope: SCOPE,
    runToken: count("The run's token; it rises over the jobs."),
    outcome: SCOPE_OUTCOME,
    reason: maybe(text('In words, when it is not simply complete.')),
    counts: ref(COUNTS),
    malformedRows: count('Rows that were set aside.'),
    pendingRemovals: count('Absent, and kept until the absence is confirmed.'),
    heldRemovals: count('Absent, and kept until an operator approves.'),
  }),
  [EVENT_TYPE.jobReconciled]: objectOf<JobReconciled>(
    'A job is through: what it changed stands before this event.',
    {
      jobId: JOB_ID,
      cause: oneOf(
        ['sync', 'approval'] satisfies JobReconciled['cause'][],
        'A sync, or an approved removal.',
      ),
      outcome: JOB_OUTCOME,
      scopes: listOf(ref(RECONCILED_SCOPE), 'Its scopes.'),
      counts: ref(COUNTS),
      totals: ref(TOTALS),
      watermarks: objectOf<Partial<Record<ItemKind, string>>>(
        'Per kind the newest moment at which the provider says an item was added or modified.',
        {
          channel: maybe(moment('Channels.')),
          movie: maybe(moment('Movies.')),
          series: maybe(moment('Series.')),
        },
      ),
      imageBaseUrl: maybe(text('What image paths of items are relative to.')),
    },
  ),
  [EVENT_TYPE.providerDeleted]: objectOf<ProviderDeleted>(
    'The end: the provider and all its items are gone. No removal of single items comes before it.',
    { providerId: PROVIDER_ID },
  ),
};
