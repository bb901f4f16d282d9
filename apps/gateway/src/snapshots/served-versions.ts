import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { FACT_TYPE, providerOfSubject, subjects, type ProviderId } from '@catalogue-sync/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { RecentAnswers } from '../database/recent-answers.js';
import type { NatsLink } from '../services/nats-link.js';
import type { SnapshotStore } from './snapshot.store.js';
import type { SnapshotVersion } from './snapshot-version.js';

const REMEMBERED_MS = 1_000;
/** After one of these another version is served, or the same with another head, or none. */
const CHANGES = [FACT_TYPE.snapshotPublished, FACT_TYPE.snapshotConfirmed, FACT_TYPE.providerPurged];

/**
 * The version of each provider that is served: the pinned one, else the current one. It is remembered until a fact tells of another, and for a
 * second at most. While there is no connection on which facts would come, the database is asked each time.
 */
export class ServedVersions implements OnApplicationBootstrap {
  private readonly log = new Logger(ServedVersions.name);
  private readonly remembered = new RecentAnswers<SnapshotVersion>(REMEMBERED_MS);
  private isTold = false;
  private following: Promise<void> | undefined;

  constructor(
    private readonly store: SnapshotStore,
    private readonly nats: NatsLink,
  ) {}

  onApplicationBootstrap(): void {
    this.follow();
  }

  /** Undefined when there is none. */
  get(provider: ProviderId): Promise<SnapshotVersion | undefined> {
    if (this.isTold) return this.remembered.get(provider, () => this.store.find(provider));
    this.follow();
    return this.store.find(provider);
  }

  /** Resolves when every replica serves what has been pinned, or is pinned no more. */
  pinChanged(): Promise<void> {
    return this.remembered.outlive();
  }

  /** At most one attempt at a time; the next request makes another one when it fails. */
  private follow(): void {
    this.following ??= this.followFacts()
      .catch((error: unknown) => this.log.debug({ err: error }, 'facts are not followed'))
      .finally(() => (this.following = undefined));
  }

  /** Ends with the connection, or when there is none. */
  private async followFacts(): Promise<void> {
    const connection = await this.nats.connection();
    const subscriptions = CHANGES.map((type) =>
      connection.subscribe(subjects.factOfAll(type), {
        callback: (_error, message) => {
          const provider = providerOfSubject(message.subject);
          if (provider !== undefined) this.remembered.forget(provider);
        },
      }),
    );
    try {
      const states = connection.status();
      await this.trust(connection);
      for await (const { type } of states) {
        if (type === 'disconnect') this.doubt();
        else if (type === 'reconnect') await this.trust(connection);
      }
    } finally {
      this.doubt();
      for (const subscription of subscriptions) subscription.unsubscribe();
    }
  }

  /** The round trip shows that the server knows of the subscriptions. */
  private async trust(connection: NatsConnection): Promise<void> {
    await connection.flush();
    this.isTold = true;
  }

  private doubt(): void {
    this.isTold = false;
    this.remembered.forgetAll();
  }
}
