import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { numberOfSection, type SegmentAddress } from '@catalogue-sync/snapshot-format';
import type { Regrouped } from './plan-seal.js';
import { SegmentRunStore, type SegmentRun } from './segment-run.store.js';

/** A segment as built for the next version; without a summary its range is empty. */
export interface BuiltSegment extends SegmentAddress {
  content?: { hash: Buffer; plainBytes: number; gzipBytes: number; crc32: number; itemCount: number };
}

/** The manifests of all versions: a row is valid for a range of versions, so that a new version writes what it touches, and no more. */
export class ManifestStore {
  readonly runs = new SegmentRunStore();

  /** Puts what was built into the manifest from `version` on. False when it is there already, so that no version is needed. */
  async replace(
    em: SqlEntityManager,
    provider: ProviderId,
    version: number,
    built: readonly BuiltSegment[],
    regrouped: readonly Regrouped[],
  ): Promise<boolean> {
    const addresses = [
      provider,
      version,
      built.map(({ section }) => numberOfSection(section)),
      built.map(({ category }) => category),
      built.map(({ part }) => part),
      built.map(({ content }) => content?.hash.toString('hex') ?? null),
    ];
    const closed = await sql(
      em,
      `update snapshot_segment m set to_version = $2
         from unnest($3::smallint[], $4::text[], $5::int[], $6::text[]) as b (section, category, part, hash)
        where m.provider_id = $1 and m.to_version is null
          and m.section = b.section and m.category = b.category and m.part = b.part
          and m.hash is distinct from decode(b.hash, 'hex')
        returning 1`,
      addresses,
    );
    const dropped = await sql(
      em,
      `update snapshot_segment m set to_version = $2
         from unnest($3::smallint[], $4::text[], $5::int[]) as g (section, category, parts)
        where m.provider_id = $1 and m.to_version is null
          and m.section = g.section and m.category = g.category and m.part >= g.parts
        returning 1`,
      [
        provider,
        version,
        regrouped.map(({ section }) => numberOfSection(section)),
        regrouped.map(({ category }) => category),
        regrouped.map(({ parts }) => parts),
      ],
    );
    const opened = await sql(
      em,
      `insert into snapshot_segment
              (provider_id, section, category, part, hash, crc32, plain_bytes, gzip_bytes, item_count, from_version)
         select $1, b.section, b.category, b.part, decode(b.hash, 'hex'), b.crc32, b.plain_bytes, b.gzip_bytes, b.item_count, $2
           from unnest($3::smallint[], $4::text[], $5::int[], $6::text[], $7::bigint[], $8::int[], $9::int[], $10::int[])
             as b (section, category, part, hash, crc32, plain_bytes, gzip_bytes, item_count)
          where b.hash is not null
            and not exists (select from snapshot_segment m
                             where m.provider_id = $1 and m.to_version is null
                               and m.section = b.section and m.category = b.category and m.part = b.part)
       returning 1`,
      [
        ...addresses,
        built.map(({ content }) => content?.crc32 ?? null),
        built.map(({ content }) => content?.plainBytes ?? null),
        built.map(({ content }) => content?.gzipBytes ?? null),
        built.map(({ content }) => content?.itemCount ?? null),
      ],
    );
    await this.regroup(em, provider, regrouped);
    await this.runs.refresh(em, provider, built, regrouped);
    return closed.length + dropped.length + opened.length > 0;
  }

  /** The manifest of the newest version as runs of its segments, in document order. */
  open(em: SqlEntityManager, provider: ProviderId): Promise<SegmentRun[]> {
    return this.runs.all(em, provider);
  }

  /** Removes the rows that no version from `oldest` on refers to, nor the pinned one. Gives the hashes, hex, that they named. */
  async prune(
    em: SqlEntityManager,
    provider: ProviderId,
    oldest: number,
    pinned: number | undefined,
  ): Promise<string[]> {
    const rows = await sql<{ hash: string }>(
      em,
      `delete from snapshot_segment where provider_id = $1 and to_version <= $2
          and ($3::int is null or from_version > $3 or to_version <= $3)
       returning encode(hash, 'hex') as hash`,
      [provider, oldest, pinned ?? null],
    );
    return rows.map(({ hash }) => hash);
  }

  private async regroup(
    em: SqlEntityManager,
    provider: ProviderId,
    regrouped: readonly Regrouped[],
  ): Promise<void> {
    if (regrouped.length === 0) return;
    const groups = [
      provider,
      regrouped.map(({ section }) => numberOfSection(section)),
      regrouped.map(({ category }) => category),
      regrouped.map(({ parts }) => parts),
    ];
    await sql(
      em,
      `insert into segment_group (provider_id, section, category, parts)
         select $1, g.* from unnest($2::smallint[], $3::text[], $4::int[]) as g (section, category, parts) where g.parts > 0
         on conflict (provider_id, section, category) do update set parts = excluded.parts`,
      groups,
    );
    await sql(
      em,
      `delete from segment_group s using unnest($2::smallint[], $3::text[], $4::int[]) as g (section, category, parts)
        where s.provider_id = $1 and s.section = g.section and s.category = g.category and g.parts = 0`,
      groups,
    );
  }
}
