import { nuid, type NatsConnection } from '@nats-io/transport-node';
import { asNatsHeaders, envelopeHeaders, type HeaderBlock } from '../message/header-block.js';
import type { OutboundMessage } from '../message/outbound-message.js';
import { readPubAck } from './pub-ack.js';

/** The server takes at most this many messages in one batch. */
export const MAX_BATCH_MESSAGES = 1_000;

const ACK_TIMEOUT_MS = 10_000;

/** The batch goes through only if `subject` (a wildcard counts over all it covers) ends at `streamSeq`; 0: it holds nothing. */
export interface Fence {
  subject: string;
  streamSeq: number;
}

/**
 * Publishes messages as one: all are stored, or none (JetStream's atomic batch). Gives the stream sequence of the last. Throws
 * `RefusedPublish` when the fence, a repeated message id or the server's limits stand against it; a timeout leaves its fate open. `inTheMiddle`
 * is for tests that end the process there.
 */
export async function publishAtomically(
  nc: NatsConnection,
  messages: readonly OutboundMessage[],
  fence: Fence,
  dedupe: boolean,
  inTheMiddle?: () => Promise<void>,
): Promise<number> {
  const id = nuid.next();
  const last = messages.length - 1;
  for (const [index, message] of messages.entries()) {
    // Text by hand: this runs for each event of a catalogue.
    let lines = `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${index + 1}\r\n`;
    if (index === 0) {
      lines += `Nats-Expected-Last-Subject-Sequence: ${fence.streamSeq}\r\n`;
      lines += `Nats-Expected-Last-Subject-Sequence-Subject: ${fence.subject}\r\n`;
    }
    if (index === last) lines += 'Nats-Batch-Commit: 1\r\n';
    const headers = asNatsHeaders(`${envelopeHeaders(message, dedupe)}${lines}` as HeaderBlock);
    if (index < last) {
      if (inTheMiddle && index === last >> 1) await inTheMiddle();
      nc.publish(message.subject, message.body, { headers });
      continue;
    }
    const reply = await nc.request(message.subject, message.body, { headers, timeout: ACK_TIMEOUT_MS });
    return readPubAck(reply).seq;
  }
  throw new RangeError('An atomic batch needs a message');
}
