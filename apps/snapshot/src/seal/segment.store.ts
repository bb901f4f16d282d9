import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { copyIn, copyRows, sql } from '@catalogue-sync/persistence';
import type { SegmentContent } from '@catalogue-sync/snapshot-format';

/** Segments' bytes by the hash of their content. */
export class SegmentStore {
  /**
   * Stages contents: keeps those that are not kept yet, and sees to it that none goes before `endStaging`. The checkpoint is locked until the
   * transaction ends, so that nobody collects meanwhile what is found here.
   */
  async put(em: SqlEntityManager, provider: ProviderId, contents: readonly SegmentContent[]): Promise<void> {
    const fresh = new Map(contents.map((content) => [content.hash.toString('hex'), content]));
    if (fresh.size === 0) return;
    await sql(em, `select 1 from checkpoint where provider_id = $1 for update`, [provider]);
    const hashes = [...fresh.keys()];
    const kept = await sql<{ hash: string }>(
      em,
      `select encode(hash, 'hex') as hash from segment
        where provider_id = $1 and hash = any(array(select decode(h, 'hex') from unnest($2::text[]) as h))`,
      [provider, hashes],
    );
    for (const { hash } of kept) fresh.delete(hash);
    await sql(
      em,
      `insert into staged_segment (provider_id, hash) select $1, decode(h, 'hex') from unnest($2::text[]) as h on conflict do nothing`,
      [provider, hashes],
    );
    if (fresh.size === 0) return;
    await copyIn(
      em,
      `copy segment (provider_id, hash, data) from stdin (format binary)`,
      copyRows([...fresh.values()].map(({ hash, data }) => [provider, hash, data])),
    );
  }

  /** Call when the manifest is written that the staged contents were for. What it has not come to use goes, and what seals that died have left. */
  async endStaging(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    await sql(
      em,
      `with staged as (delete from staged_segment where provider_id = $1 returning hash)
       delete from segment where provider_id = $1 and hash = any(array(${unreferencedAmong('staged')}))`,
      [provider],
    );
  }

  /** Removes, of `dropped` (hashes, hex), what no kept version refers to any more and no seal has staged. */
  async collect(em: SqlEntityManager, provider: ProviderId, dropped: readonly string[]): Promise<void> {
    if (dropped.length === 0) return;
    await sql(
      em,
      `with dropped as (
          select decode(h, 'hex') as hash from unnest($2::text[]) as h
          except select hash from staged_segment where provider_id = $1)
       delete from segment where provider_id = $1 and hash = any(array(${unreferencedAmong('dropped')}))`,
      [provider, dropped],
    );
  }

  /** Removes all that no kept version refers to, whoever left it. Looks at every segment. */
  async removeUnreferenced(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    await sql(
      em,
      `with kept as (select hash from segment where provider_id = $1)
       delete from segment where provider_id = $1 and hash = any(array(${unreferencedAmong('kept')}))`,
      [provider],
    );
  }
}

/**
 * Those of the hashes in `table` that no manifest of the provider (`$1`) names. Looked up one by one through the index on hashes: a planner that thinks
 * little of the provider would read its whole manifest for each, and `is not distinct from` keeps it from looking by the provider.
 */
function unreferencedAmong(table: string): string {
  return `select w.hash from ${table} w
            left join lateral (select true as named from snapshot_segment m
                                where m.hash = w.hash and m.provider_id is not distinct from $1 limit 1) m on true
           where m.named is null`;
}
