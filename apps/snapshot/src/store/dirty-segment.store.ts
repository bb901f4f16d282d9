import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { numberOfSection, partOfSlot, sectionOfNumber, type Section } from '@catalogue-sync/snapshot-format';
import type { DirtyMark } from '../fold/plan-fold.js';

/** A part of a group that changed. */
export interface DirtyPart {
  part: number;
  /** Ids of the entries that changed or went; undefined where that is not known, or too many to be worth it. */
  changed?: readonly string[];
}

/** The dirty parts of a group (the entries of one section and category), and how it stood at the last seal. */
export interface DirtyGroup {
  section: Section;
  category: string;
  /** Into how many parts it is cut; undefined for a group that the last version did not have. */
  parts: number | undefined;
  /** By number. */
  dirtyParts: DirtyPart[];
  /** Entries it has now. */
  count: number;
}

interface DirtyRow {
  section: number;
  category: string;
  part: number;
  delta: number;
  changed: Set<string> | undefined;
}

interface DirtyGroupRow {
  section: number;
  category: string;
  parts: number | null;
  dirty_parts: { part: number; changed: string[] | null }[];
  delta: string;
  before: string;
}

/** Of a part in which more entries changed than this all are read: a segment of items seldom has as many. */
const MAX_CHANGED = 64;

/** What the next seal has to build. */
export class DirtySegmentStore {
  /** Adds marks in the fold's transaction. Parts are those of the last seal; they change at a seal only. */
  async mark(em: SqlEntityManager, provider: ProviderId, marks: readonly DirtyMark[]): Promise<void> {
    if (marks.length === 0) return;
    const parts = await this.partCounts(em, provider, marks);
    const dirty = new Map<string, DirtyRow>();
    for (const { section: name, category, slot, id, delta } of marks) {
      const section = numberOfSection(name);
      const cut = parts.get(groupKey(section, category));
      const part = partOfSlot(slot, cut ?? 1);
      const key = `${part} ${groupKey(section, category)}`;
      // What is not cut yet is built whole, whatever of it changed.
      const changed = cut === undefined ? undefined : new Set<string>();
      const row = dirty.get(key) ?? { section, category, part, delta: 0, changed };
      row.delta += delta;
      row.changed?.add(id);
      dirty.set(key, row);
    }
    const rows = [...dirty.values()];
    await sql(
      em,
      `insert into dirty_segment (provider_id, section, category, part, delta, changed)
         select $1, d.* from unnest($2::smallint[], $3::text[], $4::int[], $5::int[], $6::jsonb[]) as d (section, category, part, delta, changed)
         on conflict (provider_id, section, category, part) do update set
           delta = dirty_segment.delta + excluded.delta,
           changed = case when jsonb_array_length(dirty_segment.changed) + jsonb_array_length(excluded.changed) <= ${MAX_CHANGED}
                          then dirty_segment.changed || excluded.changed end`,
      [
        provider,
        rows.map(({ section }) => section),
        rows.map(({ category }) => category),
        rows.map(({ part }) => part),
        rows.map(({ delta }) => delta),
        rows.map(({ changed }) =>
          changed !== undefined && changed.size <= MAX_CHANGED ? JSON.stringify([...changed]) : null,
        ),
      ],
    );
  }

  /** All that changed since the last version, in manifest order. */
  async groups(em: SqlEntityManager, provider: ProviderId): Promise<DirtyGroup[]> {
    const rows = await sql<DirtyGroupRow>(
      em,
      `select d.section, d.category, g.parts, d.dirty_parts, d.delta, coalesce(m.items, 0) as before
         from (select section, category, json_agg(json_build_object('part', part, 'changed', changed) order by part) as dirty_parts, sum(delta) as delta
                 from dirty_segment where provider_id = $1 group by section, category) d
         left join segment_group g on g.provider_id = $1 and g.section = d.section and g.category = d.category
         left join lateral (select sum(item_count) as items from segment_run s
                             where s.provider_id = $1 and s.section = d.section and s.category = d.category) m on true
        order by d.section, d.category`,
      [provider],
    );
    return rows.map((row) => ({
      section: sectionOfNumber(row.section),
      category: row.category,
      parts: row.parts ?? undefined,
      dirtyParts: row.dirty_parts.map(({ part, changed }) => ({ part, ...(changed && { changed }) })),
      count: Number(row.before) + Number(row.delta),
    }));
  }

  /** Nothing is dirty any more: a version was sealed. */
  async clear(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    await sql(em, `delete from dirty_segment where provider_id = $1`, [provider]);
  }

  private async partCounts(
    em: SqlEntityManager,
    provider: ProviderId,
    marks: readonly DirtyMark[],
  ): Promise<Map<string, number>> {
    const groups = new Map<string, { section: number; category: string }>();
    for (const mark of marks) {
      const section = numberOfSection(mark.section);
      groups.set(groupKey(section, mark.category), { section, category: mark.category });
    }
    const wanted = [...groups.values()];
    const rows = await sql<{ section: number; category: string; parts: number }>(
      em,
      `select g.section, g.category, g.parts
         from unnest($2::smallint[], $3::text[]) as w (section, category)
         join segment_group g on g.provider_id = $1 and g.section = w.section and g.category = w.category`,
      [provider, wanted.map(({ section }) => section), wanted.map(({ category }) => category)],
    );
    return new Map(rows.map((row) => [groupKey(row.section, row.category), row.parts]));
  }
}

function groupKey(section: number, category: string): string {
  return `${section} ${category}`;
}
