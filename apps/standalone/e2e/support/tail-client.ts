import { hash } from 'node:crypto';
import { jetstream, DeliverPolicy, type ConsumerMessages } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** What a client that only tails the events holds of one item: a digest of its JSON. */
export type Digests = Map<string, string>;

export const digest = (text: string): string => hash('sha1', text, 'base64');

/**
 * A subscriber outside our code: a plain NATS client that reads one provider's events from the start, insists on sequence numbers
 * 1, 2, 3 … and keeps the state they fold to.
 */
export class TailClient {
  readonly items: Digests = new Map();
  readonly types: Record<string, string[]> = {};
  lastSeq = 0;
  private failure?: Error;

  private constructor(
    private readonly nats: NatsConnection,
    private readonly messages: ConsumerMessages,
  ) {}

  static async start(natsUrl: string, provider: string): Promise<TailClient> {
    const nats = await connect({ servers: natsUrl });
    const consumer = await jetstream(nats).consumers.get('CATALOGUE_EVENTS', {
      filter_subjects: [`catalogue.events.${provider}.>`],
      deliver_policy: DeliverPolicy.All,
    });
    const client = new TailClient(nats, await consumer.consume({ max_messages: 2000 }));
    void client.run();
    return client;
  }

  private async run(): Promise<void> {
    for await (const message of this.messages) {
      const seq = Number(message.headers?.get('seq'));
      if (seq !== this.lastSeq + 1) {
        this.failure ??= new Error(`event ${seq} came after ${this.lastSeq}`);
      }
      this.lastSeq = seq;
      const type = message.headers?.get('ce-type') ?? '';
      const subject = message.headers?.get('ce-subject') ?? '';
      (this.types[type] ??= []).push(subject);
      if (type === 'catalogue.item-removed.v1') this.items.delete(subject);
      else if (type.startsWith('catalogue.item-')) this.items.set(subject, digest(message.string()));
    }
  }

  /** The gap that was seen, if one was. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  async stop(): Promise<void> {
    await this.messages.close();
    await this.nats.close();
  }
}
