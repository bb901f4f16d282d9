import { EventEmitter, once } from 'node:events';
import { jetstream, DeliverPolicy, type ConsumerMessages } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';

/** A client that has been tailing a provider's events since before the fault: it keeps the ids they fold to, and insists on 1, 2, 3 … */
export class LiveTail {
  readonly ids = new Set<string>();
  lastSeq = 0;
  private failure?: Error;
  private readonly emitter = new EventEmitter();

  private constructor(
    private readonly nats: NatsConnection,
    private readonly messages: ConsumerMessages,
  ) {}

  static async start(natsUrl: string, provider: ProviderId): Promise<LiveTail> {
    const nats = await connect({ servers: natsUrl, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    const consumer = await jetstream(nats).consumers.get(STREAM.events, {
      filter_subjects: [subjects.eventsOf(provider)],
      deliver_policy: DeliverPolicy.All,
    });
    // A server that was restarted has forgotten the consumer: without a heartbeat for two seconds a new one is made.
    const messages = await consumer.consume({ max_messages: 2000, expires: 5_000, idle_heartbeat: 1_000 });
    const tail = new LiveTail(nats, messages);
    void tail.run();
    return tail;
  }

  /** Resolves when it has seen event `seq`; throws on a gap, a repetition, or when the event does not come within the time. */
  async reached(seq: number, withinMs = 30_000): Promise<void> {
    const timeout = AbortSignal.timeout(withinMs);
    while (this.failure === undefined && this.lastSeq < seq) {
      try {
        await once(this.emitter, 'event', { signal: timeout });
      } catch (cause) {
        throw new Error(`the tailing client stands at ${this.lastSeq}, event ${seq} does not come`, {
          cause,
        });
      }
    }
    if (this.failure) throw this.failure;
  }

  async stop(): Promise<void> {
    await this.messages.close();
    await this.nats.close();
  }

  private async run(): Promise<void> {
    for await (const message of this.messages) {
      const seq = Number(message.headers?.get('seq'));
      if (seq !== this.lastSeq + 1) this.failure ??= new Error(`event ${seq} came after ${this.lastSeq}`);
      this.lastSeq = seq;
      const type = message.headers?.get('ce-type') ?? '';
      const subject = message.headers?.get('ce-subject') ?? '';
      if (type === 'catalogue.item-removed.v1') this.ids.delete(subject);
      else if (type.startsWith('catalogue.item-')) this.ids.add(subject);
      this.emitter.emit('event');
    }
  }
}
