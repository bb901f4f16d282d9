import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ItemKind } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { ScopeKey } from '../sweep/scope-state.store.js';

/** How many of each kind were removed from the scope within the last seven days, by the database's clock. */
export async function removedLast7Days(em: SqlEntityManager, of: ScopeKey): Promise<Map<string, number>> {
  const rows = await sql<{ kind: string; count: number }>(
    em,
    `select kind, sum(count)::int as count from removal_tally
     where provider_id = $1 and scope = $2 and removed_at > now() - interval '7 days' group by kind`,
    [of.providerId, of.scope],
  );
  return new Map(rows.map((row) => [row.kind, row.count]));
}

/** Notes a removal, and forgets those that no longer count. */
export async function tallyRemoval(
  em: SqlEntityManager,
  of: ScopeKey,
  kind: ItemKind | 'category',
  count: number,
): Promise<void> {
  await sql(
    em,
    `with old as (
       delete from removal_tally where provider_id = $1 and removed_at < now() - interval '8 days')
     insert into removal_tally (provider_id, scope, kind, count) values ($1, $2, $3, $4)`,
    [of.providerId, of.scope, kind, count],
  );
}
