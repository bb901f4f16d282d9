import { HEADER } from '../envelope.js';
import type { EventType, UpdateReason } from '../events.js';
import type { FactType } from '../facts.js';
import { text, type Schema } from './json-schema.js';

const REASONS: Record<UpdateReason, true> = { changed: true, recategorised: true, remapped: true };

type HeaderName = (typeof HEADER)[keyof typeof HEADER];

const ENVELOPE: Partial<Record<HeaderName, Schema>> = {
  [HEADER.id]: text('Never random: the same message has the same id however often it is published.'),
  [HEADER.source]: text("The provider's path.", { pattern: '^/catalogue-sync/providers/p[a-z0-9]{1,39}$' }),
  [HEADER.specVersion]: text('Of CloudEvents.', { const: '1.0' }),
  [HEADER.time]: text('When it was recorded.', { format: 'date-time' }),
};
const JOB: Partial<Record<HeaderName, Schema>> = {
  [HEADER.jobId]: text('The sync job behind it.', { format: 'uuid' }),
};
const TRACE: Partial<Record<HeaderName, Schema>> = {
  [HEADER.traceParent]: text('W3C trace context.'),
  [HEADER.messageId]: text('Equals the id; JetStream drops repeats by it.'),
};

/** NATS headers of a sequenced event: CloudEvents in binary mode, and what orders it. */
export function eventHeaders(type: EventType): Schema {
  return headers(
    {
      ...ENVELOPE,
      [HEADER.type]: text('Type and major version.', { const: type }),
      [HEADER.seq]: text("Place in the provider's log: 1, 2, 3 … without a gap.", {
        pattern: '^[1-9][0-9]{0,15}$',
      }),
    },
    {
      ...JOB,
      ...TRACE,
      [HEADER.subject]: text('The item or category; percent-encoded where it is not plain ASCII.'),
      [HEADER.reason]: text('Why an item was updated.', { enum: Object.keys(REASONS) }),
    },
  );
}

/** NATS headers of a fact. */
export function factHeaders(type: FactType): Schema {
  return headers(
    { ...ENVELOPE, [HEADER.type]: text('Type and major version.', { const: type }) },
    { ...JOB, ...TRACE },
  );
}

function headers(required: Record<string, Schema>, optional: Record<string, Schema>): Schema {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) };
}
