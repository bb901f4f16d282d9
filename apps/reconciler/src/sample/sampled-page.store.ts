import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PageAttributes } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { Sweep } from '../sweep/sweep.js';

/** A page as it came: what its headers say, and its rows as text. */
export interface RawPage {
  attributes: PageAttributes;
  rows: string;
}

/** Puts pages aside until the run's first rows have been judged. They count among the sweep's pages meanwhile. */
export async function setAside(em: SqlEntityManager, sweep: Sweep, pages: readonly RawPage[]): Promise<void> {
  await sql(
    em,
    `insert into sampled_page (provider_id, run_token, ordinal, attributes, rows)
     select $1, $2, o, a, r from json_to_recordset($3::json) as x(o int, a jsonb, r text)`,
    [
      sweep.providerId,
      sweep.runToken,
      JSON.stringify(
        pages.map(({ attributes, rows }) => ({ o: attributes.ordinal, a: attributes, r: rows })),
      ),
    ],
  );
  await countPages(em, sweep, pages.length);
}

/** Gives back what was put aside, in order, and forgets it; it no longer counts among the sweep's pages. */
export async function takeBack(em: SqlEntityManager, sweep: Sweep): Promise<RawPage[]> {
  const pages = await sql<RawPage>(
    em,
    `with taken as (delete from sampled_page where provider_id = $1 and run_token = $2 returning ordinal, attributes, rows)
     select attributes, rows from taken order by ordinal`,
    [sweep.providerId, sweep.runToken],
  );
  await countPages(em, sweep, -pages.length);
  return pages;
}

async function countPages(em: SqlEntityManager, sweep: Sweep, change: number): Promise<void> {
  if (change === 0) return;
  sweep.pages += change;
  await sql(em, `update sweep set pages = $3 where provider_id = $1 and run_token = $2`, [
    sweep.providerId,
    sweep.runToken,
    sweep.pages,
  ]);
}
