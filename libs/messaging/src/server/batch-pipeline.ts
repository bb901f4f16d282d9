import type { ReceivedMessage } from '../message/received-message.js';
import { backoffMs, pause } from './backoff.js';
import type { ParkingKind } from './dead-letters.js';
import { describeFailure, isTransient, poisonReason } from './failure.js';

/** Batches that may be handed over and not settled. */
const MAX_UNSETTLED = 2;
/** Tries of a whole batch before its messages are tried one by one. */
const BATCH_TRIES = 3;

export interface BatchPipelineDeps {
  /** Calls the handler; a `settled` promise in its answer is when the batch may be acknowledged. */
  invoke(messages: readonly ReceivedMessage[]): Promise<unknown>;
  /** The messages' effect is committed and published, in order. */
  settled(messages: readonly ReceivedMessage[]): void;
  /** Keeps a message that cannot be handled; it counts as settled afterwards. */
  park(message: ReceivedMessage, kind: ParkingKind, reason: string): Promise<void>;
  /** Called when a batch was settled or has failed: whoever sleeps should look. */
  changed(): void;
  warn(text: string): void;
  /** Failures of one message alone before it is parked. */
  poisonAfter: number;
  /** Ends retries: what is not settled by then stays unsettled. */
  signal: AbortSignal;
}

interface Unsettled {
  messages: readonly ReceivedMessage[];
  /** Resolves when the batch's own work has ended, however. */
  ended: Promise<void>;
  /** Its fate, in order behind the batches before it; never rejects. */
  fate: Promise<'settled' | 'behind-a-failure' | { error: unknown }>;
}

/**
 * Hands batches over one after the other, the next while the former still settle, and settles them in order. After a failure everything
 * from the failed batch on is handed over again, alone: as a batch, then message by message, until it is through or parked.
 */
export class BatchPipeline {
  private unsettled: Unsettled[] = [];
  private failing = false;

  constructor(private readonly deps: BatchPipelineDeps) {}

  get isIdle(): boolean {
    return this.unsettled.length === 0;
  }
  get hasFailed(): boolean {
    return this.failing;
  }
  /** Messages that were handed over and are not settled. */
  get messages(): readonly ReceivedMessage[] {
    return this.unsettled.flatMap((entry) => entry.messages);
  }

  /** Hands a batch over; resolves when the next one may come. */
  async push(messages: readonly ReceivedMessage[]): Promise<void> {
    while (this.unsettled.length >= MAX_UNSETTLED) await this.awaitOldest();
    if (this.deps.signal.aborted) return;
    const invoked = this.invoke(messages);
    const settled = invoked.then((result) => settledOf(result));
    this.unsettled.push(this.follow(messages, settled));
    await invoked.then(
      () => undefined,
      () => this.recover(),
    );
  }

  /** Resolves when everything that was handed over is settled or parked, or the signal has ended the retries. */
  async flush(): Promise<void> {
    while (this.unsettled.length > 0) await this.awaitOldest();
  }

  private follow(messages: readonly ReceivedMessage[], settled: Promise<void>): Unsettled {
    const before = this.unsettled.at(-1)?.fate ?? Promise.resolve('settled' as const);
    const ended = settled.catch(() => undefined);
    const fate = before.then(async (former) => {
      if (former !== 'settled') return 'behind-a-failure' as const;
      try {
        await settled;
      } catch (error) {
        this.failing = true;
        this.deps.changed();
        return { error };
      }
      this.settle(entry);
      return 'settled' as const;
    });
    const entry: Unsettled = { messages, ended, fate };
    return entry;
  }

  private settle(entry: Unsettled): void {
    this.deps.settled(entry.messages);
    this.unsettled = this.unsettled.filter((other) => other !== entry);
    this.deps.changed();
  }

  private async awaitOldest(): Promise<void> {
    const fate = await this.unsettled[0]?.fate;
    if (fate !== undefined && fate !== 'settled') await this.recover();
  }

  private async recover(): Promise<void> {
    const fates = await Promise.all(this.unsettled.map((entry) => entry.fate));
    await Promise.all(this.unsettled.map((entry) => entry.ended));
    const again = this.unsettled;
    const errors = fates.flatMap((fate) => (typeof fate === 'object' ? [fate.error] : []));
    let error: unknown = errors[0];
    for (const { messages } of again) {
      await this.retry(messages, error);
      error = undefined;
    }
    this.unsettled = [];
    this.failing = false;
  }

  private async retry(messages: readonly ReceivedMessage[], firstError: unknown): Promise<void> {
    let error = firstError;
    let failures = error === undefined ? 0 : 1;
    for (let round = 1; !this.deps.signal.aborted; round++) {
      if (error !== undefined) {
        if (!isTransient(error) && (poisonReason(error) !== undefined || failures >= BATCH_TRIES)) break;
        this.deps.warn(`a batch of ${messages.length} failed, trying again: ${describeFailure(error)}`);
        await pause(backoffMs(round), this.deps.signal);
      }
      error = await this.attempt(messages);
      if (error === undefined) return;
      if (!isTransient(error)) failures += 1;
    }
    const alone = messages.length === 1;
    for (const message of messages) {
      await this.retryAlone(message, alone ? error : undefined, alone ? failures : 0);
    }
  }

  private async retryAlone(message: ReceivedMessage, firstError: unknown, before: number): Promise<void> {
    let error = firstError;
    let failures = before;
    for (let round = 1; !this.deps.signal.aborted; round++) {
      if (error !== undefined && !isTransient(error)) {
        const poison = poisonReason(error);
        if (poison !== undefined || failures >= this.deps.poisonAfter) {
          error = await this.tryToPark(message, poison, error);
          if (error === undefined) return;
        }
      }
      if (error !== undefined) await pause(backoffMs(round), this.deps.signal);
      if (this.deps.signal.aborted) return;
      error = await this.attempt([message]);
      if (error === undefined) return;
      if (!isTransient(error)) failures += 1;
    }
  }

  /** Undefined when the message is parked. */
  private async tryToPark(
    message: ReceivedMessage,
    poison: string | undefined,
    error: unknown,
  ): Promise<unknown> {
    try {
      await this.deps.park(
        message,
        poison === undefined ? 'failing' : 'poison',
        poison ?? describeFailure(error),
      );
    } catch (parkingError) {
      this.deps.warn(`${message.messageId} could not be parked: ${describeFailure(parkingError)}`);
      return parkingError ?? new Error('Parking failed');
    }
    this.deps.settled([message]);
    return undefined;
  }

  /** Hands over alone and waits to the end; gives the error, or undefined when it was settled. */
  private async attempt(messages: readonly ReceivedMessage[]): Promise<unknown> {
    if (this.deps.signal.aborted) return undefined;
    try {
      await settledOf(await this.invoke(messages));
    } catch (error) {
      return error ?? new Error('The handler threw nothing');
    }
    this.deps.settled(messages);
    return undefined;
  }

  private async invoke(messages: readonly ReceivedMessage[]): Promise<unknown> {
    return this.deps.invoke(messages);
  }
}

function settledOf(result: unknown): Promise<void> {
  if (typeof result !== 'object' || result === null || !('settled' in result)) return Promise.resolve();
  return Promise.resolve(result.settled as Promise<void>);
}
