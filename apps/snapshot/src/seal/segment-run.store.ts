import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import {
  joinSegments,
  numberOfSection,
  sectionOfNumber,
  type Section,
  type SegmentAddress,
  type SegmentSummary,
} from '@catalogue-sync/snapshot-format';

/** Parts in a run. */
const PARTS_PER_RUN = 32;
/** Beyond any part and any run of a group. */
const PAST_ALL = 2 ** 31 - 1;

/** Neighbours in the open manifest, summed up as if they were one segment; `part` is the number of the run. */
export interface SegmentRun extends SegmentSummary {
  itemCount: number;
}

/** A run of a group, or all of the group's. */
interface RunAddress {
  section: Section;
  category: string;
  run?: number;
}

interface SummaryRow {
  section: number;
  category: string;
  part: number;
  crc32: string;
  plain_bytes: string;
  gzip_bytes: string;
  item_count: number;
}

const SUMMARY = `crc32, plain_bytes, gzip_bytes, item_count`;

/**
 * The open manifest in runs of neighbouring parts: what a version adds up to is read from some hundred rows, whatever the catalogue's size, and of
 * those only the ones that a seal touched are made anew.
 */
export class SegmentRunStore {
  /** Makes them for a catalogue that was sealed before there were runs. */
  async ensure(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    const [found] = await sql(em, `select 1 from segment_run where provider_id = $1 limit 1`, [provider]);
    if (found === undefined) await this.refreshAll(em, provider);
  }

  /** In document order. */
  async all(em: SqlEntityManager, provider: ProviderId): Promise<SegmentRun[]> {
    const rows = await sql<SummaryRow>(
      em,
      `select section, category, run as part, ${SUMMARY} from segment_run where provider_id = $1 order by section, category, run`,
      [provider],
    );
    return rows.map(summaryOf);
  }

  /** After a change of the open manifest: makes the runs anew in which `touched` segments stand, and all runs of the `regrouped` groups. */
  async refresh(
    em: SqlEntityManager,
    provider: ProviderId,
    touched: readonly SegmentAddress[],
    regrouped: readonly { section: Section; category: string }[],
  ): Promise<void> {
    const wanted = new Map<string, RunAddress>();
    for (const { section, category, part } of touched) {
      const run = runOf(part);
      wanted.set(`${section} ${run} ${category}`, { section, category, run });
    }
    for (const { section, category } of regrouped)
      wanted.set(`${section} ${category}`, { section, category });
    await this.rebuild(em, provider, [...wanted.values()]);
  }

  /** Makes all runs anew. */
  async refreshAll(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    const groups = await sql<{ section: number; category: string }>(
      em,
      `select section, category from segment_run where provider_id = $1
        union select section, category from snapshot_segment where provider_id = $1 and to_version is null`,
      [provider],
    );
    await this.rebuild(
      em,
      provider,
      groups.map(({ section, category }) => ({ section: sectionOfNumber(section), category })),
    );
  }

  private async rebuild(
    em: SqlEntityManager,
    provider: ProviderId,
    wanted: readonly RunAddress[],
  ): Promise<void> {
    if (wanted.length === 0) return;
    const addresses = [
      provider,
      wanted.map(({ section }) => numberOfSection(section)),
      wanted.map(({ category }) => category),
      wanted.map(({ run }) => (run === undefined ? 0 : run * PARTS_PER_RUN)),
      wanted.map(({ run }) => (run === undefined ? PAST_ALL : (run + 1) * PARTS_PER_RUN)),
    ];
    const ranges = `unnest($2::smallint[], $3::text[], $4::int[], $5::int[]) as w (section, category, first, past)`;
    const parts = await sql<SummaryRow>(
      em,
      // Without "offset 0" the planner joins the ranges with the whole of the open manifest.
      `select distinct m.section, m.category, m.part, ${SUMMARY}
         from ${ranges}
         cross join lateral (select * from snapshot_segment s
                              where s.provider_id = $1 and s.to_version is null and s.section = w.section and s.category = w.category
                                and s.part >= w.first and s.part < w.past offset 0) m
        order by m.section, m.category, m.part`,
      addresses,
    );
    await sql(
      em,
      `delete from segment_run r using ${ranges}
        where r.provider_id = $1 and r.section = w.section and r.category = w.category
          and r.run >= w.first / ${PARTS_PER_RUN} and r.run < w.past / ${PARTS_PER_RUN}`,
      addresses,
    );
    await this.insert(em, provider, runsOf(parts.map(summaryOf)));
  }

  private async insert(
    em: SqlEntityManager,
    provider: ProviderId,
    runs: readonly SegmentRun[],
  ): Promise<void> {
    if (runs.length === 0) return;
    await sql(
      em,
      `insert into segment_run (provider_id, section, category, run, ${SUMMARY})
         select $1, r.* from unnest($2::smallint[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::int[]) as r`,
      [
        provider,
        runs.map(({ section }) => numberOfSection(section)),
        runs.map(({ category }) => category),
        runs.map(({ part }) => part),
        runs.map(({ crc32 }) => crc32),
        runs.map(({ plainBytes }) => plainBytes),
        runs.map(({ gzipBytes }) => gzipBytes),
        runs.map(({ itemCount }) => itemCount),
      ],
    );
  }
}

/** Sums up segments that are told in manifest order. */
function runsOf(parts: readonly SegmentRun[]): SegmentRun[] {
  const runs: SegmentRun[][] = [];
  for (const part of parts) {
    const first = runs.at(-1)?.[0];
    const isNeighbour =
      first?.section === part.section &&
      first.category === part.category &&
      runOf(first.part) === runOf(part.part);
    if (isNeighbour) runs.at(-1)!.push(part);
    else runs.push([part]);
  }
  return runs.map((neighbours) => {
    const { section, category, part } = neighbours[0]!;
    const itemCount = neighbours.reduce((sum, segment) => sum + segment.itemCount, 0);
    return { section, category, part: runOf(part), ...joinSegments(neighbours), itemCount };
  });
}

function runOf(part: number): number {
  return Math.floor(part / PARTS_PER_RUN);
}

function summaryOf(row: SummaryRow): SegmentRun {
  return {
    section: sectionOfNumber(row.section),
    category: row.category,
    part: row.part,
    crc32: Number(row.crc32),
    plainBytes: Number(row.plain_bytes),
    gzipBytes: Number(row.gzip_bytes),
    itemCount: row.item_count,
  };
}
