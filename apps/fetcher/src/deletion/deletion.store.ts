import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { JobId, ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { forgetScopes } from '../job/scope-memory.store.js';

/** Begins the deletion. Undefined when there is no such provider; deleting one that is being deleted changes nothing. */
export async function markDeleting(em: SqlEntityManager, id: ProviderId): Promise<boolean> {
  const rows = await sql(
    em,
    `update provider set state = 'deleting', updated_at = case when state = 'active' then now() else updated_at end
     where id = $1 and state in ('active', 'deleting') returning id`,
    [id],
  );
  return rows.length === 1;
}

/** Deletions that want a hand, each at most once per `everySeconds` over all replicas. */
export async function claimDeletions(em: SqlEntityManager, everySeconds: number): Promise<ProviderId[]> {
  const rows = await sql<{ id: ProviderId }>(
    em,
    `update provider set checked_at = now() where id in (
       select id from provider where state = 'deleting'
         and coalesce(checked_at, '-infinity') < now() - make_interval(secs => $1)
       limit 20 for update skip locked)
     returning id`,
    [everySeconds],
  );
  return rows.map((row) => row.id);
}

export interface DeletionMarks {
  catalogueDeleted: boolean;
  snapshotPurged: boolean;
}

/** How far a deletion has come; undefined when the provider is not being deleted. */
export async function deletionMarks(
  em: SqlEntityManager,
  id: ProviderId,
): Promise<DeletionMarks | undefined> {
  const [row] = await sql<DeletionMarks>(
    em,
    `select catalogue_deleted_at is not null as "catalogueDeleted", snapshot_purged_at is not null as "snapshotPurged"
     from provider where id = $1 and state = 'deleting'`,
    [id],
  );
  return row;
}

export async function markCatalogueDeleted(em: SqlEntityManager, id: ProviderId): Promise<void> {
  await sql(em, `update provider set catalogue_deleted_at = now() where id = $1 and state = 'deleting'`, [
    id,
  ]);
}

export async function markSnapshotPurged(em: SqlEntityManager, id: ProviderId): Promise<void> {
  await sql(em, `update provider set snapshot_purged_at = now() where id = $1 and state = 'deleting'`, [id]);
}

/** Closes a job of a provider that goes away; nobody picks it up after this. */
export async function closeDeletedJob(em: SqlEntityManager, jobId: JobId): Promise<void> {
  await sql(
    em,
    `update sync_job set state = 'cancelled', outcome = 'cancelled', reason = 'the provider was deleted', finished_at = now(),
       cancel_requested_at = coalesce(cancel_requested_at, now())
     where id = $1 and finished_at is null`,
    [jobId],
  );
}

/** Removes all that is kept of the provider but the tombstone: its id, so that it is never given again. */
export async function buryProvider(em: SqlEntityManager, id: ProviderId): Promise<void> {
  await sql(
    em,
    `delete from lease where name in (select 'job:' || id from sync_job where provider_id = $1)`,
    [id],
  );
  await sql(em, `delete from sync_job where provider_id = $1`, [id]);
  await forgetScopes(em, id);
  await sql(em, `delete from outbox where provider_id = $1`, [id]);
  await sql(
    em,
    `update provider set state = 'deleted', name = null, protocol = null, connection_encrypted = null, origin = null,
       settings = null, endpoint = null, reset_requested_at = null, last_sync_channels = null, last_sync_movies = null,
       last_sync_series = null, totals = null, next_run_token = null, catalogue_deleted_at = null, snapshot_purged_at = null,
       access = null, watermarks = null, checked_at = null, created_at = null, updated_at = null
     where id = $1 and state = 'deleting'`,
    [id],
  );
}
