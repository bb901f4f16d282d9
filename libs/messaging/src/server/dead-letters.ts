import { HEADER, subjects, type StreamName } from '@catalogue-sync/contracts';
import { headers as natsHeaders, type NatsConnection } from '@nats-io/transport-node';
import { jetstream } from '@nats-io/jetstream';
import type { ReceivedMessage } from '../message/received-message.js';
import { encodeHeaderText } from '../message/header-text.js';

/** Headers of a dead letter beside those the message had; text is percent-encoded as in CloudEvents. */
export const DEAD_LETTER_HEADER = {
  subject: 'dead-subject',
  reason: 'dead-reason',
  service: 'dead-service',
  streamSeq: 'dead-stream-seq',
  deliveries: 'dead-deliveries',
} as const;

/** Why a message was parked; also the last token of its subject. */
export type ParkingKind = 'poison' | 'failing' | 'unroutable';

const MAX_REASON = 500;

/** Keeps what could not be handled: original subject, headers and body, and the reason. */
export class DeadLetters {
  constructor(
    private readonly nc: NatsConnection,
    private readonly service: string,
  ) {}

  /** Resolves when JetStream has stored it; parking the same message twice stores one. */
  async park(message: ReceivedMessage, kind: ParkingKind, reason: string): Promise<void> {
    const { stream, streamSeq, deliveryCount } = message.delivery;
    const headers = natsHeaders();
    for (const name of message.raw.headers?.keys() ?? []) {
      if (!/^nats-/i.test(name)) headers.set(name, message.raw.headers?.get(name) ?? '');
    }
    headers.set(DEAD_LETTER_HEADER.subject, message.subject);
    headers.set(DEAD_LETTER_HEADER.reason, encodeHeaderText(reason.slice(0, MAX_REASON)));
    headers.set(DEAD_LETTER_HEADER.service, this.service);
    headers.set(DEAD_LETTER_HEADER.streamSeq, String(streamSeq));
    headers.set(DEAD_LETTER_HEADER.deliveries, String(deliveryCount));
    headers.set(
      HEADER.messageId,
      `dead:${this.service}:${stream}:${streamSeq}:${encodeHeaderText(message.messageId)}`,
    );
    await jetstream(this.nc).publish(subjects.deadLetter(stream as StreamName, kind), message.bytes, {
      headers,
    });
  }
}
