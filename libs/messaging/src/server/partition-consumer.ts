import type { ProviderId, StreamName } from '@catalogue-sync/contracts';
import { AckPolicy, DeliverPolicy, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { nanos, nuid, type NatsConnection } from '@nats-io/transport-node';
import type { ReceivedMessage } from '../message/received-message.js';
import { isAbsent } from '../provision/partition.js';
import { PullBuffer, type PullLimits } from './pull-buffer.js';
import { settlement } from './settlement.js';

/** How a partition's messages are read. */
export type PartitionConsumerOptions =
  /** From a work queue: explicit acknowledgement takes a message out of the stream. */
  | { kind: 'work-queue'; durable: (provider: ProviderId) => string; ackWaitMs: number }
  /**
   * In order from a position of the handler's own: nothing is acknowledged. `start` gives the stream sequence to begin at (that message
   * included); absent, or beyond the stream's end because the stream was wiped: from the beginning.
   */
  | { kind: 'ordered'; start: (provider: ProviderId) => Promise<{ streamSeq?: number }> };

/** An ordered consumer that nobody pulls from is removed by the server after this long. */
const INACTIVE_MS = 60_000;

/** A provider's consumer while this process owns the provider. */
export class PartitionConsumer {
  private opened?: string;
  private acknowledged: Promise<void> = Promise.resolve();
  /** Stream sequence up to which an ordered consumer has brought everything. */
  receivedTo = 0;

  constructor(
    private readonly nc: NatsConnection,
    private readonly stream: StreamName,
    private readonly filterSubject: string,
    private readonly provider: ProviderId,
    private readonly options: PartitionConsumerOptions,
    private readonly limits: PullLimits,
  ) {}

  /**
   * Begins at the first message that has no effect yet. A work queue's consumer is made anew: what a former owner had been handed would
   * otherwise come only after its ack wait, and behind newer messages.
   */
  async open(onChange: () => void): Promise<PullBuffer> {
    const manager = await jetstreamManager(this.nc, { checkAPI: false });
    await this.remove(manager);
    this.opened = await this.add(manager);
    const target = { stream: this.stream, consumer: this.opened };
    let deliveries = 0;
    // Deliveries that are not acknowledged do not come again: a jump in their numbers means that an ordered consumer must begin anew.
    const isInOrder = ({ delivery }: ReceivedMessage): boolean => {
      if (this.options.kind === 'work-queue') return true;
      if (delivery.consumerSeq !== ++deliveries) return false;
      this.receivedTo = delivery.streamSeq;
      return true;
    };
    return new PullBuffer(this.nc, target, this.limits, onChange, isInOrder).start();
  }

  /**
   * Whether the stream holds nothing that this consumer has not brought. Of an ordered consumer the server only knows what it has sent, or even
   * that late: what is on its way would be missed, and is not sent again. So the last message itself is looked at.
   */
  async isDrained(): Promise<boolean> {
    if (this.opened === undefined) return false;
    const manager = await jetstreamManager(this.nc, { checkAPI: false });
    const info = await manager.consumers.info(this.stream, this.opened);
    if (this.options.kind === 'work-queue') return info.num_pending === 0 && info.num_ack_pending === 0;
    const last = await manager.streams.getMessage(this.stream, { last_by_subj: this.filterSubject });
    return (last?.seq ?? 0) <= this.receivedTo;
  }

  /** A consumer that is removed drops the acknowledgements that it has not come to: they are waited for. */
  async close(): Promise<void> {
    if (this.opened === undefined) return;
    await this.acknowledged;
    await this.remove(await jetstreamManager(this.nc, { checkAPI: false }));
  }

  ack(messages: readonly ReceivedMessage[]): void {
    const last = messages.at(-1);
    if (this.options.kind !== 'work-queue' || last === undefined) return;
    for (const message of messages.slice(0, -1)) settlement.ack(message);
    this.acknowledged = settlement.ackAndHear(this.nc, last);
  }

  /** Signs of life for messages that wait for their turn or their end. */
  beat(messages: readonly ReceivedMessage[]): void {
    if (this.options.kind === 'work-queue') for (const message of messages) settlement.working(message);
  }

  /** How often `beat` is needed, ms. */
  get beatMs(): number {
    return this.options.kind === 'work-queue' ? this.options.ackWaitMs / 3 : 60_000;
  }

  private async add(manager: JetStreamManager): Promise<string> {
    if (this.options.kind === 'work-queue') {
      const durable = this.options.durable(this.provider);
      await manager.consumers.add(this.stream, {
        durable_name: durable,
        filter_subject: this.filterSubject,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ack_wait: nanos(this.options.ackWaitMs),
        max_deliver: -1,
        max_ack_pending: this.limits.maxMessages + 100,
      });
      return durable;
    }
    const from = await this.startSequence(manager, this.options.start);
    this.receivedTo = (from ?? 1) - 1;
    const name = `ordered_${this.provider}_${nuid.next()}`;
    await manager.consumers.add(this.stream, {
      name,
      filter_subject: this.filterSubject,
      ack_policy: AckPolicy.None,
      ...(from === undefined
        ? { deliver_policy: DeliverPolicy.All }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from }),
      inactive_threshold: nanos(INACTIVE_MS),
      mem_storage: true,
      num_replicas: 1,
    });
    return name;
  }

  private async startSequence(
    manager: JetStreamManager,
    start: (provider: ProviderId) => Promise<{ streamSeq?: number }>,
  ): Promise<number | undefined> {
    const { streamSeq } = await start(this.provider);
    if (streamSeq === undefined || streamSeq < 1) return undefined;
    const { state } = await manager.streams.info(this.stream);
    return streamSeq > state.last_seq + 1 ? undefined : streamSeq;
  }

  private async remove(manager: JetStreamManager): Promise<void> {
    const name = this.options.kind === 'work-queue' ? this.options.durable(this.provider) : this.opened;
    this.opened = undefined;
    if (name === undefined) return;
    try {
      await manager.consumers.delete(this.stream, name);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
}
