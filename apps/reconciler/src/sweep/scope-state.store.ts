import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, Scope } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** What names a scope of a provider. */
export interface ScopeKey {
  providerId: ProviderId;
  scope: Scope;
}

/** Whether the first rows of the scope's next run have to be looked at before they are believed. */
export async function wantsSample(em: SqlEntityManager, key: ScopeKey, floor: number): Promise<boolean> {
  const [row] = await sql<{ wanted: boolean }>(
    em,
    `select coalesce(listed, 0) > $3 and not renumbering_accepted as wanted
     from scope_state where provider_id = $1 and scope = $2`,
    [key.providerId, key.scope, floor],
  );
  return row?.wanted ?? false;
}

/** Live items that the scope listed when a run of it was last complete; undefined before the first. */
export async function listedBefore(em: SqlEntityManager, key: ScopeKey): Promise<number | undefined> {
  const [row] = await sql<{ listed: number | null }>(
    em,
    `select listed from scope_state where provider_id = $1 and scope = $2`,
    [key.providerId, key.scope],
  );
  return row?.listed ?? undefined;
}

/** An operator has said that the new ids of the scope are right: its next run is not stopped because of them. */
export async function acceptRenumbering(em: SqlEntityManager, key: ScopeKey): Promise<void> {
  await sql(em, `update scope_state set renumbering_accepted = true where provider_id = $1 and scope = $2`, [
    key.providerId,
    key.scope,
  ]);
}

/** Rows without a readable id in the last run that had all its pages: the portal's habit. */
export async function unreadableBefore(em: SqlEntityManager, key: ScopeKey): Promise<number | undefined> {
  const [row] = await sql<{ last_unidentified: number | null }>(
    em,
    `select last_unidentified from scope_state where provider_id = $1 and scope = $2`,
    [key.providerId, key.scope],
  );
  return row?.last_unidentified ?? undefined;
}

/** More unreadable rows than usual stop removals once; when they stay, they are the portal's habit. */
export async function rememberUnreadable(
  em: SqlEntityManager,
  key: ScopeKey,
  unreadable: number,
): Promise<void> {
  await sql(em, `update scope_state set last_unidentified = $3 where provider_id = $1 and scope = $2`, [
    key.providerId,
    key.scope,
    unreadable,
  ]);
}

/** After a complete run: how many live items the scope lists now. What was accepted for this run is used up. */
export async function rememberListed(em: SqlEntityManager, key: ScopeKey, listed: number): Promise<void> {
  await sql(
    em,
    `update scope_state set listed = $3, renumbering_accepted = false where provider_id = $1 and scope = $2`,
    [key.providerId, key.scope, listed],
  );
}
