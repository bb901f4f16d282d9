import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { copyOut, literal, sql } from '@catalogue-sync/persistence';
import {
  isIndexSection,
  kindOfSection,
  numberOfSection,
  slotOf,
  type SegmentAddress,
  type StoredSegment,
} from '@catalogue-sync/snapshot-format';
import { readCopiedRows } from '../store/read-copied-rows.js';
import type { SegmentTask } from './plan-seal.js';

/** A segment as the last version has it, and what has changed of its entries since. */
export interface SegmentChange {
  /** Undefined where the version has none at that place. */
  before: StoredSegment | undefined;
  /** By id: the JSON of an entry, undefined of one that went. */
  entries: Map<string, Buffer | undefined>;
}

// All is literal, as COPY takes no parameters; it gives bytes as they are. Each row is looked up by its key, whatever the planner believes of provider and
// category: what else it must fit is asked outside of the lookup.
type Query = (provider: string, wanted: string) => string;

const storedSegments: Query = (provider, wanted) => `
  with place as materialized (
    select w.ordinal::int, m.plain_bytes, m.gzip_bytes, m.crc32, m.hash
      from ${wanted}
      cross join lateral (
        select * from snapshot_segment m
         where m.provider_id = ${provider} and m.section = w.section and m.category = w.category and m.part = w.part and m.to_version is null
         offset 0) m)
  , stored as materialized (
    select hash, data from segment where provider_id = ${provider} and hash = any(array(select hash from place)))
  select ordinal, plain_bytes, gzip_bytes, crc32, data from place left join stored using (hash)`;

const items: Query = (provider, wanted) => `
  select w.ordinal::int, w.id, i.payload
    from ${wanted}
    cross join lateral (
      select * from projected_item i where i.provider_id = ${provider} and i.item_id = w.id offset 0) i
   where i.kind = w.kind and i.category = w.category`;

// Most items stand in their first category alone: the listings, on pages of their own, are looked into only for what is not found so.
const listedIds: Query = (provider, wanted) => `
  select w.ordinal::int, w.id, to_json(w.id)::text
    from ${wanted}
    left join lateral (
      select * from projected_item i where i.provider_id = ${provider} and i.item_id = w.id offset 0) i on true
    left join lateral (
      select * from category_listing l
       where (i.kind = w.kind and i.category = w.category) is not true
         and l.provider_id = ${provider} and l.kind = w.kind and l.category = w.category and l.slot = w.slot and l.item_id = w.id offset 0) l on true
   where i.kind = w.kind and i.category = w.category or l.item_id is not null`;

const categories: Query = (provider, wanted) => `
  select w.ordinal::int, w.id, c.payload
    from ${wanted}
    cross join lateral (
      select payload from projected_category c where c.provider_id = ${provider} and c.category_id = w.id offset 0) c`;

/** Reads what must be known to bring segments of the last version up to date: them, and the entries that changed. */
export class SegmentChangeStore {
  /**
   * The changes of the tasks, in their order; undefined where the segment's bytes are lost, or not known what changed in it. All must be of the same
   * section.
   */
  async read(
    em: SqlEntityManager,
    provider: ProviderId,
    tasks: readonly SegmentTask[],
  ): Promise<(SegmentChange | undefined)[]> {
    const first = tasks[0];
    if (first === undefined) return [];
    const found = tasks.map(
      ({ changed }): SegmentChange | undefined =>
        changed && { before: undefined, entries: new Map(changed.map((id) => [id, undefined])) },
    );
    const provided = `(select ${literal(provider)})`;
    await em.transactional(async (reading) => {
      const copied = (query: string) =>
        readCopiedRows(copyOut(reading, `copy (${query}) to stdout (format binary)`));
      // Each lies on a page of its own, most often on the disk: by a bitmap Postgres fetches the pages ahead, by an index one after the other.
      await sql(reading, 'set local enable_indexscan = off; set local enable_seqscan = off');
      const stored = await copied(storedSegments(provided, addressesOf(tasks)));
      await sql(reading, 'set local enable_indexscan = on; set local enable_seqscan = on');
      for (const row of stored) {
        const [ordinal, plainBytes, gzipBytes, crc32, data] = row;
        const at = ordinal!.readInt32BE() - 1;
        const change = found[at];
        if (data === undefined) found[at] = undefined;
        else if (change !== undefined)
          change.before = {
            ...addressOf(tasks[at]!),
            plainBytes: plainBytes!.readInt32BE(),
            gzipBytes: gzipBytes!.readInt32BE(),
            crc32: Number(crc32!.readBigInt64BE()),
            data,
          };
      }
      for (const [ordinal, id, json] of await copied(queryOf(first.section)(provided, entriesOf(tasks))))
        found[ordinal!.readInt32BE() - 1]?.entries.set(id!.toString(), json);
    });
    return found;
  }
}

function queryOf(section: SegmentAddress['section']): Query {
  if (kindOfSection(section) === undefined) return categories;
  return isIndexSection(section) ? listedIds : items;
}

function addressOf({ section, category, part }: SegmentAddress): SegmentAddress {
  return { section, category, part };
}

/** Where the tasks' segments stand, as a table numbered from 1. */
function addressesOf(tasks: readonly SegmentTask[]): string {
  const rows = tasks.map(
    ({ section, category, part }, index) =>
      `(${index + 1}, ${numberOfSection(section)}, ${literal(category)}, ${part})`,
  );
  return `(values ${rows.join(', ')}) as w (ordinal, section, category, part)`;
}

/** The entries that changed, as a table, with the numbers of their tasks. */
function entriesOf(tasks: readonly SegmentTask[]): string {
  const rows = tasks.flatMap(({ section, category, changed = [] }, index) => {
    const kind = literal(kindOfSection(section) ?? '');
    return changed.map(
      (id) => `(${index + 1}, ${kind}, ${literal(category)}, ${slotOf(id)}, ${literal(id)})`,
    );
  });
  return `(values ${rows.join(', ')}) as w (ordinal, kind, category, slot, id)`;
}
