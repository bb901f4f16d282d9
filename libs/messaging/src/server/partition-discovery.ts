import { providerOfSubject, type ProviderId, type StreamName } from '@catalogue-sync/contracts';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** What was seen of a provider at a look. */
export interface PartitionMark {
  /** When the stream was made: it is another one after it was wiped. */
  created: string;
  /** Messages in the stream. */
  count: number;
  /** Looks so far that found messages gone from the stream, anyone's. */
  removals: number;
}

/** Finds the providers that may have unread messages. */
export interface PartitionDiscovery {
  find(): Promise<ProviderId[]>;
  /** What `find` last saw of the provider: take it before checking that everything was read, hand it to `caughtUp` after. */
  mark(provider: ProviderId): PartitionMark | undefined;
  /** Everything up to `streamSeq` was read, and at the time of the mark there was nothing beyond. */
  caughtUp(provider: ProviderId, mark: PartitionMark | undefined, streamSeq: number): void;
}

/** How far a provider was read. */
interface ReadMark extends PartitionMark {
  streamSeq: number;
}

/**
 * Looks at the stream itself. Work queue: a provider with a message has work. Other streams keep what was read, so a provider counts when its
 * number of messages is not what it was when it was last read to the end; at first all count. Where messages have gone from the stream since
 * (by age, or for want of room), as many may have come as went, so its last message is looked at. A look at an unchanged stream costs one small
 * request.
 */
export class StreamDiscovery implements PartitionDiscovery {
  private counts = new Map<ProviderId, number>();
  private readonly read = new Map<ProviderId, ReadMark>();
  private removals = 0;
  private seen?: { created: string; messages: number; lastSeq: number };

  /** `subjectOf` gives a provider's subjects where the stream keeps what was read; without it the stream is a work queue. */
  constructor(
    private readonly nc: NatsConnection,
    private readonly stream: StreamName,
    private readonly filterSubject: string,
    private readonly subjectOf?: (provider: ProviderId) => string,
  ) {}

  async find(): Promise<ProviderId[]> {
    const manager = await jetstreamManager(this.nc, { checkAPI: false });
    await this.look(manager);
    const { subjectOf } = this;
    const providers = [...this.counts.keys()];
    if (!subjectOf) return providers;
    const unread = await Promise.all(
      providers.map(async (provider) => !(await this.isRead(manager, provider, subjectOf(provider)))),
    );
    return providers.filter((_, index) => unread[index]);
  }

  mark(provider: ProviderId): PartitionMark | undefined {
    const count = this.counts.get(provider);
    if (count === undefined || this.seen === undefined) return undefined;
    return { created: this.seen.created, count, removals: this.removals };
  }

  caughtUp(provider: ProviderId, mark: PartitionMark | undefined, streamSeq: number): void {
    if (mark === undefined) this.read.delete(provider);
    else this.read.set(provider, { ...mark, streamSeq });
  }

  /** Counts each provider's messages when the stream is not what it was at the last look. */
  private async look(manager: JetStreamManager): Promise<void> {
    const { state, created } = await manager.streams.info(this.stream);
    const now = { created, messages: state.messages, lastSeq: state.last_seq };
    const before = this.seen;
    if (before?.created === created) {
      const gone = now.lastSeq - before.lastSeq - (now.messages - before.messages);
      if (gone !== 0) this.removals += 1;
      else if (now.lastSeq === before.lastSeq) return;
    }
    const counts = new Map<ProviderId, number>();
    if (state.messages > 0) {
      const info = await manager.streams.info(this.stream, { subjects_filter: this.filterSubject });
      for (const [subject, count] of Object.entries(info.state.subjects ?? {})) {
        const provider = providerOfSubject(subject);
        if (provider) counts.set(provider, (counts.get(provider) ?? 0) + count);
      }
    }
    this.counts = counts;
    this.seen = now;
  }

  private async isRead(manager: JetStreamManager, provider: ProviderId, subject: string): Promise<boolean> {
    const read = this.read.get(provider);
    if (!read || read.created !== this.seen?.created || read.count !== this.counts.get(provider))
      return false;
    if (read.removals === this.removals) return true;
    const { removals } = this;
    const last = await manager.streams.getMessage(this.stream, { last_by_subj: subject });
    if ((last?.seq ?? 0) > read.streamSeq) return false;
    read.removals = removals;
    return true;
  }
}

/** The service says which providers have work. */
export class GivenDiscovery implements PartitionDiscovery {
  constructor(readonly find: () => Promise<ProviderId[]>) {}
  mark(): undefined {}
  caughtUp(): void {}
}
