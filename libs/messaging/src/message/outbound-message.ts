import type { JobId, ProviderId } from '@catalogue-sync/contracts';

/** A message to be stored by JetStream. */
export interface OutboundMessage {
  subject: string;
  type: string;
  /** Never random: JetStream drops a second one within its two minutes, consumers drop it later. */
  messageId: string;
  providerId: ProviderId;
  jobId?: JobId;
  seq?: number;
  /** The item or category it is about. */
  itemSubject?: string;
  reason?: string;
  /** ISO 8601; default: now. */
  time?: string;
  /** Headers beside the envelope's; values are single lines. */
  headers?: Record<string, string>;
  body: Uint8Array | string;
}
