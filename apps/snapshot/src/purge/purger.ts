import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';
import type { SnapshotFacts } from '../facts/snapshot-facts.js';
import { SHADOWED_TABLES, shadowOf } from '../rebuild/shadow.store.js';
import type { CheckpointStore } from '../store/checkpoint.store.js';

/** Rows removed in one transaction. */
const ROWS_PER_STEP = 20_000;

/** Versions go first and at once, so that no reader ever sees half of one; the checkpoint stays as the tombstone. */
const VERSIONS = 'snapshot';
const TABLES = [
  'snapshot_segment',
  'segment',
  'segment_run',
  'staged_segment',
  'segment_group',
  'dirty_segment',
  'category_listing',
  'projected_category',
  'projected_item',
  'searchable_item',
  'parked_event',
  'rebuild',
] as const;

/** Folds `ProviderDeleted`: removes all that is kept of a provider and says so. */
export class Purger {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly checkpoints: CheckpointStore,
    private readonly facts: SnapshotFacts,
  ) {}

  /** Goes in steps, each under the lease; one that was cut short is taken up again when the event comes again. */
  async purge(
    provider: ProviderId,
    lease: Lease,
    event: { seq: number; streamSeq: number | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const step = <T>(work: (em: SqlEntityManager) => Promise<T>) =>
      this.orm.em.fork().transactional(async (em) => {
        await this.leases.assertHeld(em, lease);
        return work(em);
      });
    await step((em) => sql(em, `delete from ${VERSIONS} where provider_id = $1`, [provider]));
    for (const table of TABLES)
      for (let removed = ROWS_PER_STEP; removed === ROWS_PER_STEP;) {
        signal.throwIfAborted();
        removed = await step((em) => removeSome(em, table, provider));
      }
    // What a rebuild left that died.
    for (const table of SHADOWED_TABLES)
      for (let removed = ROWS_PER_STEP; removed === ROWS_PER_STEP;) {
        signal.throwIfAborted();
        removed = await step((em) => removeSome(em, table, shadowOf(provider)));
      }
    await step(async (em) => {
      await this.checkpoints.lock(em, provider);
      await this.checkpoints.bury(em, provider, event.seq, event.streamSeq);
      await this.facts.purged(em, provider);
    });
    this.facts.announce();
  }
}

async function removeSome(em: SqlEntityManager, table: string, provider: ProviderId): Promise<number> {
  const rows = await sql(
    em,
    `delete from ${table} where ctid = any (array (select ctid from ${table} where provider_id = $1 limit $2)) returning 1`,
    [provider, ROWS_PER_STEP],
  );
  return rows.length;
}
