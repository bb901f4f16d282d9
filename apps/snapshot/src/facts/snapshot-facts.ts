import type { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  FACT_TYPE,
  subjects,
  type ProviderId,
  type ProviderPurged,
  type SnapshotConfirmed,
  type SnapshotPublished,
} from '@catalogue-sync/contracts';
import type { OutboxStore } from '@catalogue-sync/persistence';

/** What the snapshot service tells the others. Facts are written in the transaction that makes them true, and relayed behind it. */
export class SnapshotFacts {
  constructor(
    private readonly outbox: OutboxStore,
    private readonly relay: { kick(): void },
  ) {}

  async published(em: SqlEntityManager, fact: SnapshotPublished): Promise<void> {
    await this.outbox.add(em, {
      messageId: `${fact.providerId}:snapshot:${fact.version}`,
      subject: subjects.fact(fact.providerId, FACT_TYPE.snapshotPublished),
      type: FACT_TYPE.snapshotPublished,
      providerId: fact.providerId,
      jobId: fact.jobId,
      body: fact,
    });
  }

  async confirmed(em: SqlEntityManager, fact: SnapshotConfirmed): Promise<void> {
    await this.outbox.add(em, {
      messageId: `${fact.providerId}:confirmed:${fact.jobId}`,
      subject: subjects.fact(fact.providerId, FACT_TYPE.snapshotConfirmed),
      type: FACT_TYPE.snapshotConfirmed,
      providerId: fact.providerId,
      jobId: fact.jobId,
      body: fact,
    });
  }

  async purged(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    const fact: ProviderPurged = { providerId: provider, service: 'snapshot' };
    await this.outbox.add(em, {
      messageId: `${provider}:purged:snapshot`,
      subject: subjects.fact(provider, FACT_TYPE.providerPurged),
      type: FACT_TYPE.providerPurged,
      providerId: provider,
      body: fact,
    });
  }

  /** Call after the commit: what was written goes out now instead of at the relay's next look. */
  announce(): void {
    this.relay.kick();
  }
}
