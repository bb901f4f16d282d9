import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { copyOut, literal } from '@catalogue-sync/persistence';
import { isIndexSection, kindOfSection, type SegmentAddress } from '@catalogue-sync/snapshot-format';
import { readCopiedRows } from '../store/read-copied-rows.js';
import type { SegmentTask } from './plan-seal.js';

/** The plain content of a segment and how many entries it has. */
export interface SegmentText {
  text: Buffer;
  itemCount: number;
}

// Each range is read through its index, and Postgres joins the texts: one row a segment comes back, in the order of the ids' bytes. All is
// literal: COPY takes no parameters, but it gives the texts as bytes, which need not become strings on their way.
type Query = (provider: string, ranges: string) => string;

const items: Query = (provider, ranges) => `
  select r.ordinal::int, s.text, s.items
    from ${ranges}
    cross join lateral (
      select string_agg(i.payload, ',' order by i.item_id) as text, count(*)::int as items
        from projected_item i
       where i.provider_id = ${provider} and i.kind = r.kind and i.category = r.category and i.slot >= r.first and i.slot < r.past) s`;

const listedIds: Query = (provider, ranges) => `
  select r.ordinal::int, s.text, s.items
    from ${ranges}
    cross join lateral (
      select string_agg(to_json(l.item_id)::text, ',' order by l.item_id) as text, count(*)::int as items
        from (select i.item_id from projected_item i
               where i.provider_id = ${provider} and i.kind = r.kind and i.category = r.category and i.slot >= r.first and i.slot < r.past
              union all
              select c.item_id from category_listing c
               where c.provider_id = ${provider} and c.kind = r.kind and c.category = r.category and c.slot >= r.first and c.slot < r.past) l) s`;

const categories: Query = (provider, ranges) => `
  select r.ordinal::int, s.text, s.items
    from ${ranges}
    cross join lateral (
      select string_agg(c.payload, ',' order by c.category_id) as text, count(*)::int as items
        from projected_category c
       where c.provider_id = ${provider} and c.slot >= r.first and c.slot < r.past) s`;

/** Reads what segments are made of from the projection. */
export class SegmentContentStore {
  /** The contents of the tasks, in their order; undefined where nothing is in a task's range. All must be of the same section. */
  async read(
    em: SqlEntityManager,
    provider: ProviderId,
    tasks: readonly SegmentTask[],
  ): Promise<(SegmentText | undefined)[]> {
    const first = tasks[0];
    if (first === undefined) return [];
    // The planner must not see which provider it is: of one that came after the last ANALYZE it believes that it has next to nothing, and reads
    // all of it for each range.
    const query = queryOf(first.section)(`(select ${literal(provider)})`, rangesOf(tasks));
    const contents: (SegmentText | undefined)[] = tasks.map(() => undefined);
    await em.transactional(async (reading) => {
      const copied = copyOut(reading, `copy (${query}) to stdout (format binary)`);
      for (const [ordinal, text, count] of await readCopiedRows(copied)) {
        if (ordinal === undefined || text === undefined || count === undefined) continue;
        contents[ordinal.readInt32BE() - 1] = { text, itemCount: count.readInt32BE() };
      }
    });
    return contents;
  }
}

function queryOf(section: SegmentAddress['section']): Query {
  if (kindOfSection(section) === undefined) return categories;
  return isIndexSection(section) ? listedIds : items;
}

/** The tasks' ranges as a table, numbered from 1. */
function rangesOf(tasks: readonly SegmentTask[]): string {
  const rows = tasks.map(({ section, category, from, to }, index) => {
    const kind = kindOfSection(section) ?? '';
    return `(${index + 1}, ${literal(kind)}, ${literal(category)}, ${from}, ${to})`;
  });
  return `(values ${rows.join(', ')}) as r (ordinal, kind, category, first, past)`;
}
