import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { FINGERPRINT_VERSION } from '@catalogue-sync/catalogue';
import type { ItemId, ItemKind, ProviderId, Scope } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** What is known of a live item. */
export interface KnownItem {
  fingerprint: Buffer;
  fingerprintVersion: number;
  scopes: Scope[];
  categoryIds: string[];
  /** Missing from the last listing that should have had it. */
  missing: boolean;
}

/** A state to be written: a new item, or a known one whose row changed. */
export interface ItemStateWrite {
  id: ItemId;
  kind: ItemKind;
  fingerprint: Buffer;
  scopes: Scope[];
  categoryIds: readonly string[];
}

interface ItemStateRow {
  item_id: ItemId;
  fingerprint: Buffer;
  fingerprint_version: number;
  scopes: Scope[];
  category_ids: string[];
  missing: boolean;
}

/** The known items among `ids`. */
export async function findItems(
  em: SqlEntityManager,
  providerId: ProviderId,
  ids: readonly ItemId[],
): Promise<Map<ItemId, KnownItem>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<ItemStateRow>(
    em,
    `select item_id, fingerprint, fingerprint_version, scopes, category_ids, missing_since is not null as missing
     from item_state where provider_id = $1 and item_id = any($2)`,
    [providerId, ids],
  );
  return new Map(
    rows.map((row) => [
      row.item_id,
      {
        fingerprint: row.fingerprint,
        fingerprintVersion: row.fingerprint_version,
        scopes: row.scopes,
        categoryIds: row.category_ids,
        missing: row.missing,
      },
    ]),
  );
}

/** Inserts or overwrites states in one statement; the items count as present. */
export async function writeItems(
  em: SqlEntityManager,
  providerId: ProviderId,
  writes: readonly ItemStateWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  const rows = writes.map((write) => ({
    i: write.id,
    k: write.kind,
    f: write.fingerprint.toString('hex'),
    s: write.scopes,
    c: write.categoryIds,
  }));
  await sql(
    em,
    `insert into item_state (provider_id, item_id, kind, fingerprint, fingerprint_version, scopes, category_ids)
     select $1, i, k, decode(f, 'hex'), $2, s, c
     from json_to_recordset($3::json) as x(i text, k text, f text, s text[], c text[])
     on conflict (provider_id, item_id) do update set
       fingerprint = excluded.fingerprint, fingerprint_version = excluded.fingerprint_version,
       scopes = excluded.scopes, category_ids = excluded.category_ids, absent_runs = 0, missing_since = null`,
    [providerId, FINGERPRINT_VERSION, JSON.stringify(rows)],
  );
}
