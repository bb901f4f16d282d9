import { headers as natsHeaders, connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  HEADER,
  PAGE_HEADER,
  PAGE_MESSAGE_TYPE,
  STREAM,
  subjects,
  type ProviderId,
  type Scope,
} from '@catalogue-sync/contracts';

interface SeenMessage {
  subject: string;
  headers: [string, string][];
  body: Uint8Array;
}

/** A page as it was published. */
interface SeenPage {
  message: SeenMessage;
  runToken: number;
  ordinal: number;
}

/** Listens to a provider's work-queue messages on their way into the stream, and can send them again. */
export class PageTap {
  readonly seen: SeenMessage[] = [];

  private constructor(
    private readonly nats: NatsConnection,
    private readonly provider: ProviderId,
  ) {
    nats.subscribe(subjects.pagesOf(provider), {
      callback: (error, message) => {
        if (error) return;
        const pairs = [...(message.headers ?? [])].flatMap(([name, values]) =>
          values.map((value): [string, string] => [name, value]),
        );
        this.seen.push({ subject: message.subject, headers: pairs, body: message.data });
      },
    });
  }

  static async open(natsUrl: string, provider: ProviderId): Promise<PageTap> {
    const nats = await connect({ servers: natsUrl });
    const tap = new PageTap(nats, provider);
    await nats.flush();
    return tap;
  }

  /** Publishes everything seen so far again, without the id by which JetStream drops repeats: as if its window were over. */
  async repeat(): Promise<number> {
    const repeated = [...this.seen];
    for (const { subject, headers, body } of repeated) {
      const copy = natsHeaders();
      for (const [name, value] of headers) if (name !== HEADER.messageId) copy.append(name, value);
      const ack = await jetstream(this.nats).publish(subject, body, { headers: copy });
      if (ack.duplicate) throw new Error('JetStream dropped the repeat: nothing was tried');
    }
    return repeated.length;
  }

  /** The page of a scope that its run has passed over so far, because its publish is held up; undefined when there is none. */
  heldBack(scope: Scope): SeenPage | undefined {
    const pages = this.seen.flatMap((message) => pageOf(message, scope));
    const last = pages.at(-1);
    if (!last) return undefined;
    const ordinals = new Set(
      pages.filter((page) => page.runToken === last.runToken).map((page) => page.ordinal),
    );
    for (let ordinal = 1; ordinal < Math.max(...ordinals) - 1; ordinal += 1) {
      if (!ordinals.has(ordinal)) return { ...last, ordinal };
    }
    return undefined;
  }

  /**
   * Publishes something that cannot be read in the place of a page that is held up: the true one, which comes later, is dropped as its
   * repeat. Throws when the page is there already.
   */
  async poison({ message, runToken, ordinal }: SeenPage): Promise<void> {
    const id = `${this.provider}:${runToken}:${ordinal}`;
    const copy = natsHeaders();
    for (const [name, value] of message.headers) copy.set(name, value);
    copy.set(HEADER.messageId, id);
    copy.set(HEADER.id, id);
    copy.set(PAGE_HEADER.ordinal, String(ordinal));
    const ack = await jetstream(this.nats).publish(message.subject, '{"rows":"none"}', { headers: copy });
    if (ack.duplicate) throw new Error(`page ${ordinal} was there before`);
  }

  /** Messages of the provider that wait in the work queue. */
  async waiting(): Promise<number> {
    const manager = await jetstreamManager(this.nats);
    const info = await manager.streams.info(STREAM.pages, {
      subjects_filter: subjects.pagesOf(this.provider),
    });
    return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    await this.nats.close();
  }
}

function pageOf(message: SeenMessage, scope: Scope): SeenPage[] {
  const header = (name: string): string | undefined => message.headers.find(([key]) => key === name)?.[1];
  if (header(HEADER.type) !== PAGE_MESSAGE_TYPE.pageFetched || header(PAGE_HEADER.scope) !== scope) return [];
  return [
    { message, runToken: Number(header(PAGE_HEADER.runToken)), ordinal: Number(header(PAGE_HEADER.ordinal)) },
  ];
}
