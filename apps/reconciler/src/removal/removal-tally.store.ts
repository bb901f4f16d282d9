import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ItemKind } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { Sweep } from '../sweep/sweep.store.js';

/** How many of each kind were removed from the scope within the last seven days, by the database's clock. */
export async function removedLast7Days(em: SqlEntityManager, sweep: Sweep): Promise<Map<string, number>> {
  const rows = await sql<{ kind: string; count: number }>(
    em,
    `select kind, sum(count)::int as count from removal_tally
     where provider_id = $1 and scope = $2 and removed_at > now() - interval '7 days' group by kind`,
    [sweep.providerId, sweep.scope],
  );
  return new Map(rows.map((row) => [row.kind, row.count]));
}

/** Notes a removal, and forgets those that no longer count. */
export async function tallyRemoval(
  em: SqlEntityManager,
  sweep: Sweep,
  kind: ItemKind | 'category',
  count: number,
): Promise<void> {
  await sql(
    em,
    `with old as (
       delete from removal_tally where provider_id = $1 and removed_at < now() - interval '8 days')
     insert into removal_tally (provider_id, scope, kind, count) values ($1, $2, $3, $4)`,
    [sweep.providerId, sweep.scope, kind, count],
  );
}
