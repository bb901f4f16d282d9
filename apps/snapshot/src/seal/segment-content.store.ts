import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { isIndexSection, kindOfSection } from '@catalogue-sync/snapshot-format';
import type { SegmentTask } from './plan-seal.js';

/** The plain content of a segment and how many entries it has; undefined when nothing is in its range. */
export interface SegmentText {
  text: string;
  itemCount: number;
}

interface SegmentTextRow {
  ordinal: number;
  text: string | null;
  items: number;
}

// Each range is read through its index, and Postgres joins the texts: one row a segment comes back, in the order of the ids' bytes.
const ITEMS = `
  select r.ordinal, s.text, s.items
    from unnest($2::text[], $3::text[], $4::int[], $5::int[]) with ordinality as r (kind, category, first, past, ordinal)
    cross join lateral (
      select string_agg(i.payload, ',' order by i.item_id) as text, count(*)::int as items
        from projected_item i
       where i.provider_id = $1 and i.kind = r.kind and i.category = r.category and i.slot >= r.first and i.slot < r.past) s`;

const LISTED_IDS = `
  select r.ordinal, s.text, s.items
    from unnest($2::text[], $3::text[], $4::int[], $5::int[]) with ordinality as r (kind, category, first, past, ordinal)
    cross join lateral (
      select string_agg(to_json(l.item_id)::text, ',' order by l.item_id) as text, count(*)::int as items
        from (select i.item_id from projected_item i
               where i.provider_id = $1 and i.kind = r.kind and i.category = r.category and i.slot >= r.first and i.slot < r.past
              union all
              select c.item_id from category_listing c
               where c.provider_id = $1 and c.kind = r.kind and c.category = r.category and c.slot >= r.first and c.slot < r.past) l) s`;

const CATEGORIES = `
  select r.ordinal, s.text, s.items
    from unnest($2::int[], $3::int[]) with ordinality as r (first, past, ordinal)
    cross join lateral (
      select string_agg(c.payload, ',' order by c.category_id) as text, count(*)::int as items
        from projected_category c
       where c.provider_id = $1 and c.slot >= r.first and c.slot < r.past) s`;

/** Reads what segments are made of from the projection. */
export class SegmentContentStore {
  /** The contents of the tasks, in their order. All must be of the same section. */
  async read(
    em: SqlEntityManager,
    provider: ProviderId,
    tasks: readonly SegmentTask[],
  ): Promise<(SegmentText | undefined)[]> {
    const first = tasks[0];
    if (first === undefined) return [];
    const kind = kindOfSection(first.section);
    const ranges = [tasks.map(({ from }) => from), tasks.map(({ to }) => to)];
    const rows =
      kind === undefined
        ? await sql<SegmentTextRow>(em, CATEGORIES, [provider, ...ranges])
        : await sql<SegmentTextRow>(em, isIndexSection(first.section) ? LISTED_IDS : ITEMS, [
            provider,
            tasks.map(() => kind),
            tasks.map(({ category }) => category),
            ...ranges,
          ]);
    const contents: (SegmentText | undefined)[] = tasks.map(() => undefined);
    for (const row of rows)
      if (row.text !== null) contents[Number(row.ordinal) - 1] = { text: row.text, itemCount: row.items };
    return contents;
  }
}
