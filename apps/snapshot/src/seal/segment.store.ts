import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { copyIn, sql } from '@catalogue-sync/persistence';
import type { SegmentContent } from '@catalogue-sync/snapshot-format';
import { copyRows } from '../store/copy-rows.js';

/** Segments' bytes by the hash of their content. */
export class SegmentStore {
  /** Keeps contents that are not kept yet, until `collect` finds that no version came to use them. */
  async put(em: SqlEntityManager, provider: ProviderId, contents: readonly SegmentContent[]): Promise<void> {
    const fresh = new Map(contents.map((content) => [content.hash.toString('hex'), content]));
    if (fresh.size === 0) return;
    const kept = await sql<{ hash: string }>(
      em,
      `select encode(s.hash, 'hex') as hash
         from unnest($2::text[]) as w (hash) join segment s on s.provider_id = $1 and s.hash = decode(w.hash, 'hex')`,
      [provider, [...fresh.keys()]],
    );
    for (const { hash } of kept) fresh.delete(hash);
    if (fresh.size === 0) return;
    await copyIn(
      em,
      `copy segment (provider_id, hash, data) from stdin (format binary)`,
      copyRows([...fresh.values()].map(({ hash, data }) => [provider, hash, data])),
    );
    await sql(
      em,
      `insert into staged_segment (provider_id, hash) select $1, decode(h, 'hex') from unnest($2::text[]) as h on conflict do nothing`,
      [provider, [...fresh.keys()]],
    );
  }

  /** Removes what no kept version refers to any more: of `dropped` (hashes, hex), and of what seals have staged since the last time, dead ones included. */
  async collect(em: SqlEntityManager, provider: ProviderId, dropped: readonly string[]): Promise<void> {
    await sql(
      em,
      `with staged as (delete from staged_segment where provider_id = $1 returning hash),
            looked_at as (select hash from staged union select decode(h, 'hex') from unnest($2::text[]) as h)
       delete from segment s using looked_at w
        where s.provider_id = $1 and s.hash = w.hash
          and not exists (select from snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash)`,
      [provider, dropped],
    );
  }

  /** Removes all that no kept version refers to, whoever left it. Looks at every segment. */
  async removeUnreferenced(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    await sql(
      em,
      `delete from segment s where s.provider_id = $1
          and not exists (select from snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash)`,
      [provider],
    );
  }
}
