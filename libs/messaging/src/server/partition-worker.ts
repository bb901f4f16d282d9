import type { ProviderId } from '@catalogue-sync/contracts';
import type { ReceivedMessage } from '../message/received-message.js';
import { backoffMs, pause } from './backoff.js';
import { BatchCollector, type BatchLimits } from './batch-collector.js';
import { BatchPipeline } from './batch-pipeline.js';
import type { ParkingKind } from './dead-letters.js';
import { describeFailure } from './failure.js';
import { PartitionContext } from './jetstream.context.js';
import type { PartitionConsumer } from './partition-consumer.js';
import type { PartitionMark } from './partition-discovery.js';
import type { PartitionHold } from './partition-hold.js';
import type { PullBuffer } from './pull-buffer.js';
import { WakeUp } from './wake-up.js';

export interface PartitionWorkerDeps {
  provider: ProviderId;
  hold: PartitionHold;
  consumer: PartitionConsumer;
  batch: BatchLimits;
  idleReleaseMs: number;
  poisonAfter: number;
  handle(messages: readonly ReceivedMessage[], context: PartitionContext): Promise<unknown>;
  park(message: ReceivedMessage, kind: ParkingKind, reason: string, context: PartitionContext): Promise<void>;
  /** What was last seen of the provider in the stream. */
  mark(): PartitionMark | undefined;
  ensureStreams(): Promise<void>;
  warn(text: string): void;
}

/** How long a running handler may take once the service closes, ms. */
const DRAIN_LIMIT_MS = 8_000;

/** Consumes one provider's messages for as long as this process owns the provider and messages come. */
export class PartitionWorker {
  private readonly wakeUp = new WakeUp();
  /** No new batch, no retry: the partition was lost, or the service closes. */
  private readonly ending = new AbortController();
  private readonly context: PartitionContext;
  private readonly pipeline: BatchPipeline;
  private readonly collector: BatchCollector;
  private buffer?: PullBuffer;
  /** Consumers lost since a message was last settled. */
  private losses = 0;
  /** Set when the worker ended because it had read everything: up to this mark, and to this stream sequence. */
  readTo?: { mark: PartitionMark | undefined; streamSeq: number };
  /** Resolves when the worker has ended; never rejects. */
  readonly done: Promise<void>;

  constructor(private readonly deps: PartitionWorkerDeps) {
    const { provider, hold } = deps;
    this.context = new PartitionContext(provider, hold.lease, hold.signal);
    hold.signal.addEventListener('abort', () => this.end(), { once: true });
    this.pipeline = new BatchPipeline({
      invoke: (messages) => deps.handle(messages, this.context),
      settled: (messages) => this.onSettled(messages),
      park: (message, kind, reason) => deps.park(message, kind, reason, this.context),
      changed: () => this.wakeUp.notify(),
      warn: (text) => deps.warn(text),
      poisonAfter: deps.poisonAfter,
      signal: this.ending.signal,
    });
    this.collector = new BatchCollector(
      deps.batch,
      this.wakeUp,
      () => this.ending.signal.aborted || this.pipeline.hasFailed,
    );
    this.done = this.run();
  }

  /** Pulls no more; running handlers may end and are acknowledged, within 8 s. */
  stop(): Promise<void> {
    this.end();
    return this.done;
  }

  private end(): void {
    this.ending.abort();
    this.buffer?.stop();
    this.wakeUp.notify();
  }

  private async run(): Promise<void> {
    const beat = setInterval(() => this.beat(), this.deps.consumer.beatMs);
    const work = this.consume()
      .then(() => this.pipeline.flush())
      .catch((error: unknown) => this.deps.warn(`gave up: ${describeFailure(error)}`));
    await this.withinDrainLimit(work);
    clearInterval(beat);
    this.buffer?.stop();
    await this.close();
  }

  /** Waits for the work; once it should end, for 8 s: a handler that hangs must hold up neither the service's end nor the next owner. */
  private async withinDrainLimit(work: Promise<void>): Promise<void> {
    const settled = new AbortController();
    const limit = new Promise<void>((resolve) => {
      const begin = (): void => {
        void pause(DRAIN_LIMIT_MS, settled.signal).then(resolve);
      };
      this.ending.signal.addEventListener('abort', begin, { once: true, signal: settled.signal });
    });
    await Promise.race([work, limit]);
    settled.abort();
  }

  private async consume(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const buffer = this.buffer && !this.buffer.isLost ? this.buffer : await this.open();
      if (!buffer) return;
      const batch = await this.collector.next(buffer, this.deps.idleReleaseMs);
      if (this.ending.signal.aborted) return;
      if (this.pipeline.hasFailed) await this.pipeline.flush();
      if (batch.length > 0 && buffer.isLost) continue;
      if (batch.length > 0) await this.pipeline.push(batch);
      else if (!buffer.isLost && buffer.size === 0 && (await this.isThrough(buffer))) return;
    }
  }

  /** Nothing came for the idle time, nothing is under way, and the stream holds nothing more. */
  private async isThrough(buffer: PullBuffer): Promise<boolean> {
    await this.pipeline.flush();
    // Retries that were broken off leave messages without effect: that is not the end.
    if (this.ending.signal.aborted) return false;
    const mark = this.deps.mark();
    try {
      // What came while it was asked counts as brought, and nobody has handled it.
      if (!(await this.deps.consumer.isDrained()) || buffer.isLost || buffer.size > 0) return false;
      this.readTo = { mark, streamSeq: this.deps.consumer.receivedTo };
      return true;
    } catch {
      // The consumer cannot be asked, so it may be gone with its stream: begin again.
      buffer.lose();
      return false;
    }
  }

  /** Opens the consumer, and again when it is gone; only while the partition is really ours. Undefined: it is not. */
  private async open(): Promise<PullBuffer | undefined> {
    await this.pipeline.flush();
    const isReopened = this.buffer !== undefined;
    if (isReopened) await pause(backoffMs(++this.losses), this.ending.signal);
    for (let attempt = 1; !this.ending.signal.aborted; attempt++) {
      try {
        if (isReopened || attempt > 1) {
          if (!(await this.deps.hold.confirm())) return undefined;
          await this.deps.ensureStreams();
        }
        this.buffer = await this.deps.consumer.open(() => this.onChange());
        return this.buffer;
      } catch (error) {
        this.deps.warn(`the consumer cannot be opened, trying again: ${describeFailure(error)}`);
        await pause(backoffMs(attempt), this.ending.signal);
      }
    }
    return undefined;
  }

  private onChange(): void {
    this.wakeUp.notify();
  }

  private onSettled(messages: readonly ReceivedMessage[]): void {
    if (this.deps.hold.signal.aborted) return;
    this.losses = 0;
    this.deps.consumer.ack(messages);
    this.buffer?.release(messages);
  }

  private beat(): void {
    const buffer = this.buffer;
    if (buffer) this.deps.consumer.beat([...this.pipeline.messages, ...buffer.peekAll()]);
  }

  private async close(): Promise<void> {
    try {
      if (!this.deps.hold.signal.aborted) await this.deps.consumer.close();
    } catch (error) {
      this.deps.warn(`its consumer could not be removed: ${describeFailure(error)}`);
    }
    await this.deps.hold.end();
  }
}
