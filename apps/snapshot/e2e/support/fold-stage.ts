import type { MikroORM } from '@mikro-orm/postgresql';
import { LeaseStore, OutboxStore, createOrm, migrate } from '@catalogue-sync/persistence';
import { startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import { SnapshotFacts } from '../../src/facts/snapshot-facts.js';
import { composeFold } from '../../src/fold/compose-fold.js';
import { CheckpointSchema } from '../../src/store/checkpoint.entity.js';
import { migrations } from '../../src/store/migrations.js';

/** A real Postgres with the service's schema, and what a fold needs beside it. There is no stream: events are handed over as the transport would. */
export class FoldStage {
  readonly leases: LeaseStore;
  readonly facts: SnapshotFacts;

  private constructor(
    private readonly postgres: TestPostgres,
    readonly orm: MikroORM,
  ) {
    this.leases = new LeaseStore(orm, 'replica-1');
    this.facts = new SnapshotFacts(new OutboxStore(orm), { kick: () => undefined });
  }

  static async open(): Promise<FoldStage> {
    const postgres = await startPostgres();
    const orm = await createOrm({
      url: await postgres.createDatabase(),
      schema: 'snapshot',
      entities: [CheckpointSchema],
      migrations,
    });
    await migrate(orm);
    return new FoldStage(postgres, orm);
  }

  /** The fold as the service puts it together, over a log that has nothing. */
  compose(): ReturnType<typeof composeFold> {
    const log = {
      read: () => Promise.resolve({ events: [], firstSeq: 1 }),
      head: () => Promise.resolve(0),
    };
    return composeFold({ orm: this.orm, leases: this.leases, facts: this.facts, log });
  }

  async close(): Promise<void> {
    await this.orm.close();
    await this.postgres.stop();
  }
}
