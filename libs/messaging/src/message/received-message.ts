import { HEADER, providerOfSubject, type JobId, type ProviderId } from '@catalogue-sync/contracts';
import type { Msg } from '@nats-io/transport-node';
import { parseDelivery, type Delivery } from './delivery.js';
import { HeaderReader } from './header-reader.js';
import { decodeHeaderText } from './header-text.js';
import type { InboundMessage } from './inbound-message.js';

const decoder = new TextDecoder();

/** A delivered JetStream message. */
export class ReceivedMessage implements InboundMessage {
  readonly type: string;
  readonly providerId: ProviderId;
  readonly messageId: string;
  readonly seq?: number;
  readonly jobId?: JobId;
  readonly itemSubject?: string;
  readonly reason?: string;
  readonly time: string;
  readonly delivery: Delivery;
  private readonly headers: HeaderReader;

  constructor(readonly raw: Msg) {
    this.headers = new HeaderReader(raw);
    this.delivery = parseDelivery(raw.reply ?? '');
    this.type = this.header(HEADER.type) ?? '';
    // A subject without a provider is handed on as it is: its handler, or the dead letters, deal with it.
    this.providerId = providerOfSubject(raw.subject) ?? ('' as ProviderId);
    this.messageId = this.header(HEADER.id) ?? `${this.delivery.stream}:${this.delivery.streamSeq}`;
    this.time = this.header(HEADER.time) ?? '';
    const seq = this.header(HEADER.seq);
    if (seq !== undefined) this.seq = Number(seq);
    const jobId = this.header(HEADER.jobId);
    if (jobId !== undefined) this.jobId = jobId as JobId;
    const itemSubject = this.header(HEADER.subject);
    if (itemSubject !== undefined) this.itemSubject = decodeHeaderText(itemSubject);
    const reason = this.header(HEADER.reason);
    if (reason !== undefined) this.reason = decodeHeaderText(reason);
  }

  get subject(): string {
    return this.raw.subject;
  }
  /** Bytes of the header block. */
  get headerBytes(): number {
    return this.headers.bytes;
  }
  get bytes(): Uint8Array {
    return this.raw.data;
  }
  get streamSeq(): number {
    return this.delivery.streamSeq;
  }
  get deliveryCount(): number {
    return this.delivery.deliveryCount;
  }

  header(name: string): string | undefined {
    return this.headers.get(name);
  }
  text(): string {
    return decoder.decode(this.raw.data);
  }
  json<T>(): T {
    return JSON.parse(this.text()) as T;
  }
}
