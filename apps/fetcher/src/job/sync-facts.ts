import type { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  FACT_TYPE,
  subjects,
  type FactType,
  type JobId,
  type ProviderId,
  type SyncFinished,
  type SyncStarted,
} from '@catalogue-sync/contracts';
import type { OutboxRelay } from '@catalogue-sync/messaging';
import type { OutboxStore } from '@catalogue-sync/persistence';

/** Tells the others of syncs. A fact is written in the transaction that makes it true, and published from there (I3). */
export class SyncFacts {
  constructor(
    private readonly outbox: OutboxStore,
    private readonly relay: OutboxRelay,
  ) {}

  async started(em: SqlEntityManager, body: SyncStarted): Promise<void> {
    await this.add(em, FACT_TYPE.syncStarted, body, 'started');
  }

  async finished(em: SqlEntityManager, body: SyncFinished): Promise<void> {
    await this.add(em, FACT_TYPE.syncFinished, body, 'finished');
  }

  /** Call after the commit: the relay looks at once, not at its next turn. */
  kick(): void {
    this.relay.kick();
  }

  private async add(
    em: SqlEntityManager,
    type: FactType,
    body: { providerId: ProviderId; jobId: JobId },
    what: string,
  ): Promise<void> {
    await this.outbox.add(em, {
      messageId: `${body.jobId}:${what}`,
      subject: subjects.fact(body.providerId, type),
      type,
      providerId: body.providerId,
      jobId: body.jobId,
      body,
    });
  }
}
