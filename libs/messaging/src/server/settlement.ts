import type { NatsConnection } from '@nats-io/transport-node';
import type { ReceivedMessage } from '../message/received-message.js';

const encoder = new TextEncoder();
const ACK = encoder.encode('+ACK');
const HEARD_MS = 5_000;
const WORKING = encoder.encode('+WPI');

/** The one place that tells JetStream what became of a message. */
export const settlement = {
  /** Its effect is committed: it may go. Without an answer: if it is lost, the message comes again and changes nothing. */
  ack(message: ReceivedMessage): void {
    message.raw.respond(ACK);
  },
  /** The same, and resolves when the server has taken it in, and all that were sent before it; after 5 s without an answer, too. */
  async ackAndHear(nc: NatsConnection, message: ReceivedMessage): Promise<void> {
    await nc.request(message.raw.reply ?? '', ACK, { timeout: HEARD_MS }).catch(() => undefined);
  },
  /** Failed: deliver it again after the delay, ms. */
  nak(message: ReceivedMessage, delayMs: number): void {
    message.raw.respond(encoder.encode(`-NAK ${JSON.stringify({ delay: Math.round(delayMs * 1e6) })}`));
  },
  /** Still being handled or waiting its turn: do not deliver it again yet. */
  working(message: ReceivedMessage): void {
    message.raw.respond(WORKING);
  },
};
