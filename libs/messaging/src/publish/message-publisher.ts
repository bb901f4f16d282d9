import type { NatsConnection } from '@nats-io/transport-node';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { asNatsHeaders, envelopeHeaders } from '../message/header-block.js';
import type { OutboundMessage } from '../message/outbound-message.js';
import { backoffMs } from '../server/backoff.js';
import { describeFailure, isTransient } from '../server/failure.js';
import { readPubAck, RefusedPublish } from './pub-ack.js';

const ACK_TIMEOUT_MS = 5_000;
const ATTEMPTS = 12;

/** Stores messages in JetStream, one at a time or any number at once. */
export class MessagePublisher {
  constructor(private readonly nc: NatsConnection) {}

  /**
   * Resolves when the message is stored. A server that does not answer and a full stream are tried again for about half a minute, under
   * the same message id; then, and on any other refusal, it throws.
   */
  async publish(message: OutboundMessage): Promise<{ streamSeq: number; duplicate: boolean }> {
    const headers = asNatsHeaders(envelopeHeaders(message));
    for (let attempt = 1; ; attempt++) {
      try {
        const reply = await this.nc.request(message.subject, message.body, {
          headers,
          timeout: ACK_TIMEOUT_MS,
        });
        const ack = readPubAck(reply);
        return { streamSeq: ack.seq, duplicate: ack.duplicate === true };
      } catch (error) {
        const passes = error instanceof RefusedPublish ? error.passes : isTransient(error);
        if (!passes || attempt >= ATTEMPTS || this.nc.isClosed()) throw toError(message, error);
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, 50, 5_000)));
      }
    }
  }
}

function toError(message: OutboundMessage, error: unknown): CatalogueSyncError {
  return new CatalogueSyncError(
    ERROR_CODE.serviceUnavailable,
    `${message.type} could not be published: ${describeFailure(error)}. Check that NATS runs and its streams have room.`,
    { cause: error },
  );
}
