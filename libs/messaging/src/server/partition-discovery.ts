import { providerOfSubject, type ProviderId, type StreamName } from '@catalogue-sync/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Finds the providers that may have unread messages. */
export interface PartitionDiscovery {
  find(): Promise<ProviderId[]>;
  /** What `find` last saw of the provider: take it before checking that everything was read, hand it to `caughtUp` after. */
  mark(provider: ProviderId): number | undefined;
  caughtUp(provider: ProviderId, mark: number | undefined): void;
}

/**
 * Looks at the stream itself. Work queue: a provider with a message has work. Other streams keep what was read, so a provider counts when its
 * number of messages is not what it was when it was last read to the end; at first all count. A look at an unchanged stream costs one
 * small request.
 */
export class StreamDiscovery implements PartitionDiscovery {
  private counts = new Map<ProviderId, number>();
  private readonly read = new Map<ProviderId, number>();
  private seenState = '';
  private seenCreation: string | undefined;

  constructor(
    private readonly nc: NatsConnection,
    private readonly stream: StreamName,
    private readonly filterSubject: string,
    private readonly keepsRead: boolean,
  ) {}

  async find(): Promise<ProviderId[]> {
    const manager = await jetstreamManager(this.nc, { checkAPI: false });
    const { state, created } = await manager.streams.info(this.stream);
    const stamp = `${created}:${state.messages}:${state.first_seq}:${state.last_seq}`;
    if (this.seenCreation !== created) this.read.clear();
    this.seenCreation = created;
    if (stamp !== this.seenState) {
      const counts = new Map<ProviderId, number>();
      if (state.messages > 0) {
        const info = await manager.streams.info(this.stream, { subjects_filter: this.filterSubject });
        for (const [subject, count] of Object.entries(info.state.subjects ?? {})) {
          const provider = providerOfSubject(subject);
          if (provider) counts.set(provider, (counts.get(provider) ?? 0) + count);
        }
      }
      this.counts = counts;
      this.seenState = stamp;
    }
    const found = [...this.counts.keys()];
    return this.keepsRead
      ? found.filter((provider) => this.read.get(provider) !== this.counts.get(provider))
      : found;
  }

  mark(provider: ProviderId): number | undefined {
    return this.counts.get(provider);
  }

  caughtUp(provider: ProviderId, mark: number | undefined): void {
    if (mark === undefined) this.read.delete(provider);
    else this.read.set(provider, mark);
  }
}

/** The service says which providers have work. */
export class GivenDiscovery implements PartitionDiscovery {
  constructor(readonly find: () => Promise<ProviderId[]>) {}
  mark(): undefined {}
  caughtUp(): void {}
}
