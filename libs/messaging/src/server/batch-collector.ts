import type { InboundMessage } from '../message/inbound-message.js';
import type { ReceivedMessage } from '../message/received-message.js';
import type { PullBuffer } from './pull-buffer.js';
import type { WakeUp } from './wake-up.js';

/** When a batch is full. */
export interface BatchLimits {
  /** A batch holds no more units than this, unless its only message does. */
  maxUnits: number;
  /** What a message weighs, such as the rows of a page. */
  units: (message: InboundMessage) => number;
  maxMessages: number;
  /** A batch that is not full goes when its first message has waited this long, ms. */
  maxWaitMs: number;
  /** Messages that somebody waits for: a batch with one of them takes what is there and goes. */
  isUrgent?: (message: InboundMessage) => boolean;
}

/** Cuts the messages of a buffer into batches, in order. */
export class BatchCollector {
  constructor(
    private readonly limits: BatchLimits,
    private readonly wakeUp: WakeUp,
    private readonly isInterrupted: () => boolean,
  ) {}

  /** The next batch; empty when nothing came within `idleMs`, or when it was interrupted. */
  async next(buffer: PullBuffer, idleMs: number): Promise<ReceivedMessage[]> {
    const batch: ReceivedMessage[] = [];
    let units = 0;
    let until = performance.now() + idleMs;
    while (!this.isInterrupted() && !buffer.isLost && batch.length < this.limits.maxMessages) {
      const candidate = buffer.peek();
      if (!candidate) {
        const left = until - performance.now();
        if (left <= 0) break;
        await this.wakeUp.wait(left);
        continue;
      }
      const weight = this.limits.units(candidate);
      if (batch.length > 0 && units + weight > this.limits.maxUnits) break;
      const isUrgent = this.limits.isUrgent?.(candidate) ?? false;
      if (batch.length === 0 || isUrgent) until = performance.now() + (isUrgent ? 0 : this.limits.maxWaitMs);
      buffer.take();
      batch.push(candidate);
      units += weight;
      if (units >= this.limits.maxUnits) break;
    }
    return batch;
  }
}
