import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql, textArray } from '@catalogue-sync/persistence';

/** What names a run of a provider. */
export interface RunKey {
  providerId: ProviderId;
  runToken: number;
}

/** A page that was taken in, and the ids that it proves present. */
export interface SeenPage {
  ordinal: number;
  itemIds: string[];
  categoryIds: string[];
}

/** Which of `ordinals` were taken in before. */
export async function knownOrdinals(
  em: SqlEntityManager,
  run: RunKey,
  ordinals: readonly number[],
): Promise<Set<number>> {
  const rows = await sql<{ ordinal: number }>(
    em,
    `select ordinal from sweep_page where provider_id = $1 and run_token = $2 and ordinal = any($3)
     union all select ordinal from sampled_page where provider_id = $1 and run_token = $2 and ordinal = any($3)`,
    [run.providerId, run.runToken, ordinals],
  );
  return new Set(rows.map((row) => row.ordinal));
}

/** Gives pages their places in a run. A place is given once: a second page of the same ordinal fails. */
export async function placePages(
  em: SqlEntityManager,
  run: RunKey,
  pages: readonly SeenPage[],
): Promise<void> {
  if (pages.length === 0) return;
  const places = pages.map((_page, at) => `($1, $2, $${3 * at + 3}, $${3 * at + 4}, $${3 * at + 5})`);
  await sql(
    em,
    `insert into sweep_page (provider_id, run_token, ordinal, item_ids, category_ids) values ${places.join(', ')}`,
    [
      run.providerId,
      run.runToken,
      ...pages.flatMap(({ ordinal, itemIds, categoryIds }) => [
        ordinal,
        textArray(itemIds),
        textArray(categoryIds),
      ]),
    ],
  );
}

/** Gives a parked page its place, with no ids, and counts it as parked. Without effect when the place is taken. */
export async function placeParkedPage(em: SqlEntityManager, run: RunKey, ordinal: number): Promise<void> {
  await sql(
    em,
    `with placed as (
       insert into sweep_page (provider_id, run_token, ordinal, item_ids, category_ids)
       values ($1, $2, $3, '{}', '{}') on conflict do nothing returning 1)
     update sweep set pages = pages + 1, parked_pages = parked_pages + 1
     where provider_id = $1 and run_token = $2 and exists (select 1 from placed)`,
    [run.providerId, run.runToken, ordinal],
  );
}

/** Frees a parked page's place, so that the page can be taken in after all. False when it has none. */
export async function freeParkedPage(em: SqlEntityManager, run: RunKey, ordinal: number): Promise<boolean> {
  const freed = await sql(
    em,
    `with freed as (
       delete from sweep_page where provider_id = $1 and run_token = $2 and ordinal = $3 returning 1)
     update sweep set pages = pages - 1, parked_pages = parked_pages - 1
     where provider_id = $1 and run_token = $2 and exists (select 1 from freed) returning run_token`,
    [run.providerId, run.runToken, ordinal],
  );
  return freed.length > 0;
}
