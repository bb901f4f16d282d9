import type { ReceivedMessage } from '../message/received-message.js';

const encoder = new TextEncoder();
const ACK = encoder.encode('+ACK');
const WORKING = encoder.encode('+WPI');

/** The one place that tells JetStream what became of a message. */
export const settlement = {
  /** Its effect is committed: it may go. Without an answer: if it is lost, the message comes again and changes nothing. */
  ack(message: ReceivedMessage): void {
    message.raw.respond(ACK);
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
