import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** Deletes what was kept of a run's rows; its figures stay on the sweep. */
export async function dropRunRows(
  em: SqlEntityManager,
  providerId: ProviderId,
  runToken: number,
): Promise<void> {
  await sql(em, `delete from sweep_page where provider_id = $1 and run_token = $2`, [providerId, runToken]);
  await sql(em, `delete from deferred_row where provider_id = $1 and run_token = $2`, [providerId, runToken]);
  await sql(em, `delete from run_absence where provider_id = $1 and run_token = $2`, [providerId, runToken]);
  await sql(em, `delete from sampled_page where provider_id = $1 and run_token = $2`, [providerId, runToken]);
}
