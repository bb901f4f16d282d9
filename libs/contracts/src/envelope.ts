import type { JobId, ProviderId } from './ids.js';

/**
 * CloudEvents 1.0 in binary mode: these NATS headers carry the attributes, the message body is the event's `data` as JSON.
 * The message id (`Nats-Msg-Id`) equals `ce-id` and is never random.
 */
export const HEADER = {
  id: 'ce-id',
  type: 'ce-type',
  source: 'ce-source',
  time: 'ce-time',
  /** The item or category the event is about. */
  subject: 'ce-subject',
  specVersion: 'ce-specversion',
  /** The provider's sequence number, on sequenced events only. */
  seq: 'seq',
  jobId: 'jobid',
  /** Why an item was updated: see UpdateReason. */
  reason: 'reason',
  traceParent: 'traceparent',
  messageId: 'Nats-Msg-Id',
} as const;

/** An event or message as handlers see it: the envelope's attributes apart, the body still as the raw JSON text. */
export interface Envelope {
  id: string;
  type: string;
  source: string;
  /** ISO 8601. */
  time: string;
  providerId: ProviderId;
  subject?: string;
  seq?: number;
  jobId?: JobId;
  reason?: string;
  traceParent?: string;
}
