import type { JobId, ProviderId } from '@catalogue-sync/contracts';

/** A message as handlers see it: the envelope's attributes apart, the body as the bytes that arrived. */
export interface InboundMessage {
  /** `ce-type`; empty when the message carries none. */
  type: string;
  subject: string;
  providerId: ProviderId;
  messageId: string;
  /** The provider's sequence number, on sequenced events. */
  seq?: number;
  jobId?: JobId;
  /** `ce-subject`: the item or category the event is about. */
  itemSubject?: string;
  reason?: string;
  /** ISO 8601. */
  time: string;
  header(name: string): string | undefined;
  bytes: Uint8Array;
  text(): string;
  /** Throws a SyntaxError when the body is not JSON. */
  json<T>(): T;
  /** Position in the stream. */
  streamSeq: number;
  /** From 1. */
  deliveryCount: number;
}
