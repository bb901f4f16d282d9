import { Logger } from '@nestjs/common';
import type { JobId, ProviderId } from '@catalogue-sync/contracts';
import { backoffMs, pause } from '../server/backoff.js';
import { describeFailure } from '../server/failure.js';
import { WakeUp } from '../server/wake-up.js';
import type { MessagePublisher } from './message-publisher.js';

/** Structurally `OutboxStore` of libs/persistence. */
export interface OutboxSource {
  pending(limit: number): Promise<PendingMessage[]>;
  markPublished(ids: string[]): Promise<void>;
}

export interface PendingMessage {
  id: string;
  messageId: string;
  subject: string;
  type: string;
  providerId: ProviderId;
  jobId?: JobId;
  time: string;
  /** JSON text. */
  body: string;
}

const BATCH = 100;
const POLL_MS = 1_000;

/**
 * Publishes outbox rows in order, at least once: replicas may both publish a row, and its message id makes that one message. It looks when
 * it is kicked and every second.
 */
export class OutboxRelay {
  private readonly log = new Logger(OutboxRelay.name);
  private readonly wakeUp = new WakeUp();
  private readonly stopping = new AbortController();
  private loop?: Promise<void>;

  constructor(
    private readonly publisher: Pick<MessagePublisher, 'publish'>,
    private readonly store: OutboxSource,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  /** A row was committed: look now. */
  kick(): void {
    this.wakeUp.notify();
  }

  /** Ends after the row under way; the rest waits for the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.notify();
    await this.loop;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const published = await this.publishPending();
        failures = 0;
        if (published < BATCH) await this.wakeUp.wait(POLL_MS);
      } catch (error) {
        failures += 1;
        this.log.warn(`Outbox messages wait: ${describeFailure(error)}`);
        await pause(backoffMs(failures), this.stopping.signal);
      }
    }
  }

  /** One batch, in order; what was published before a failure is marked. */
  private async publishPending(): Promise<number> {
    const pending = await this.store.pending(BATCH);
    const published: string[] = [];
    try {
      for (const message of pending) {
        if (this.stopping.signal.aborted) break;
        await this.publisher.publish(message);
        published.push(message.id);
      }
    } finally {
      if (published.length > 0) await this.store.markPublished(published);
    }
    return published.length;
  }
}
