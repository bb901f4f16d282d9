import type { StreamName } from '@catalogue-sync/contracts';
import { AckPolicy, DeliverPolicy, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { ReceivedMessage } from '../message/received-message.js';
import { backoffMs, pause } from './backoff.js';
import { DeadLetters } from './dead-letters.js';
import { describeFailure, isTransient, poisonReason } from './failure.js';
import { JetStreamContext } from './jetstream.context.js';
import { PullBuffer } from './pull-buffer.js';
import { settlement } from './settlement.js';
import type { Source, SourceRuntime } from './source.js';
import { WakeUp } from './wake-up.js';

export interface DurableSourceOptions {
  stream: StreamName;
  /** The consumer's name; replicas of a service share it and so the work. */
  durable: string;
  filterSubjects: string[];
  /** `ce-type`s with a handler; messages of other types are acknowledged unseen. */
  types: string[];
  /** Redelivery after this long without a sign of life, ms; default 30 s. A running handler gives signs. */
  ackWaitMs?: number;
  /** Deliveries of a message whose handler keeps failing, before it is parked; default 10. Outages of database or broker do not count. */
  maxDeliver?: number;
  /** Handlers at once in this process; default 4. */
  concurrency?: number;
  /**
   * One message at a time over all replicas, in the order of the stream: the next one waits until this one is settled, a failing one
   * included. For rare messages whose order means something.
   */
  inOrder?: boolean;
}

/** A shared durable consumer: one message per call, `handler(message, JetStreamContext)`, acknowledged when the handler has resolved. */
export function durableSource(options: DurableSourceOptions): Source {
  return new DurableSource(options);
}

const STOP_LIMIT_MS = 8_000;
/** Error code of JetStream's API: a consumer of that name has other settings. */
const CONSUMER_EXISTS = 10_148;

class DurableSource implements Source {
  readonly name: string;
  readonly patterns: readonly string[];
  private readonly ackWaitMs: number;
  private readonly maxDeliver: number;
  private readonly concurrency: number;
  private readonly running = new Set<Promise<void>>();
  private readonly handling = new Set<ReceivedMessage>();
  private readonly wakeUp = new WakeUp();
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: DurableSourceOptions) {
    this.name = options.durable;
    this.patterns = options.types;
    this.ackWaitMs = options.ackWaitMs ?? 30_000;
    this.maxDeliver = options.maxDeliver ?? 10;
    this.concurrency = options.inOrder === true ? 1 : (options.concurrency ?? 4);
  }

  async start(runtime: SourceRuntime): Promise<void> {
    const buffer = await this.open(runtime);
    this.loop = this.run(runtime, buffer);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.notify();
    await this.loop;
    await Promise.race([Promise.allSettled(this.running), timer(STOP_LIMIT_MS)]);
  }

  private async open(runtime: SourceRuntime): Promise<PullBuffer> {
    const { stream, durable, filterSubjects } = this.options;
    const manager = await jetstreamManager(runtime.nc, { checkAPI: false });
    const settings = {
      filter_subjects: filterSubjects,
      ack_wait: nanos(this.ackWaitMs),
      max_deliver: -1,
      max_ack_pending: this.options.inOrder === true ? 1 : 1_000,
    };
    try {
      await manager.consumers.add(stream, {
        durable_name: durable,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ...settings,
      });
    } catch (error) {
      // An earlier release made it with other settings; it keeps its place in the stream.
      if (!(error instanceof JetStreamApiError) || error.code !== CONSUMER_EXISTS) throw error;
      await manager.consumers.update(stream, durable, settings);
    }
    const limits = { maxMessages: 2 * this.concurrency, maxBytes: 4_000_000 };
    return new PullBuffer(runtime.nc, { stream, consumer: durable }, limits, () =>
      this.wakeUp.notify(),
    ).start();
  }

  private async run(runtime: SourceRuntime, first: PullBuffer): Promise<void> {
    let buffer = first;
    const beat = setInterval(() => {
      for (const message of [...this.handling, ...buffer.peekAll()]) settlement.working(message);
    }, this.ackWaitMs / 3);
    try {
      while (!this.stopping.signal.aborted) {
        if (buffer.isLost) buffer = await this.reopen(runtime, buffer);
        const message = this.running.size < this.concurrency ? buffer.take() : undefined;
        if (message) this.begin(runtime, buffer, message);
        else await this.wakeUp.wait(1_000);
      }
    } finally {
      buffer.stop();
      await Promise.race([Promise.allSettled(this.running), timer(STOP_LIMIT_MS)]);
      clearInterval(beat);
    }
  }

  private begin(runtime: SourceRuntime, buffer: PullBuffer, message: ReceivedMessage): void {
    this.handling.add(message);
    const task = this.handle(runtime, message)
      .catch((error: unknown) => runtime.log.warn(`${this.name}: not settled: ${describeFailure(error)}`))
      .finally(() => {
        this.handling.delete(message);
        this.running.delete(task);
        buffer.release([message]);
        this.wakeUp.notify();
      });
    this.running.add(task);
  }

  private async handle(runtime: SourceRuntime, message: ReceivedMessage): Promise<void> {
    if (!this.patterns.includes(message.type)) return settlement.ack(message);
    try {
      await runtime.dispatch(message.type, message, new JetStreamContext(message));
    } catch (error) {
      return this.settleFailure(runtime, message, error);
    }
    settlement.ack(message);
  }

  private async settleFailure(
    runtime: SourceRuntime,
    message: ReceivedMessage,
    error: unknown,
  ): Promise<void> {
    const poison = poisonReason(error);
    const exhausted = !isTransient(error) && message.deliveryCount >= this.maxDeliver;
    if (poison === undefined && !exhausted) {
      runtime.log.warn(`${this.name}: ${message.type} failed, it comes again: ${describeFailure(error)}`);
      return settlement.nak(message, backoffMs(message.deliveryCount));
    }
    const reason = poison ?? describeFailure(error);
    await new DeadLetters(runtime.nc, runtime.service).park(
      message,
      poison === undefined ? 'failing' : 'poison',
      reason,
    );
    runtime.log.error(`${this.name}: parked ${message.type} ${message.messageId}: ${reason}`);
    settlement.ack(message);
  }

  /** The consumer is gone (deleted, or the store was wiped): make streams and consumer again, for as long as it takes. */
  private async reopen(runtime: SourceRuntime, lost: PullBuffer): Promise<PullBuffer> {
    for (let attempt = 1; !this.stopping.signal.aborted; attempt++) {
      await pause(backoffMs(attempt), this.stopping.signal);
      try {
        await runtime.ensureStreams();
        return await this.open(runtime);
      } catch (error) {
        runtime.log.warn(
          `${this.name}: the consumer cannot be opened, trying again: ${describeFailure(error)}`,
        );
      }
    }
    return lost;
  }
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
