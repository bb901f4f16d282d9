import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { FINGERPRINT_VERSION } from '@catalogue-sync/catalogue';
import type { ItemId, ItemKind, ProviderId, Scope } from '@catalogue-sync/contracts';
import { copyIn, copyRows, isOneOf, smallint, sql, textArray, texts } from '@catalogue-sync/persistence';

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
     from item_state where provider_id = $1 and ${isOneOf('item_id', '$2')}`,
    [providerId, textArray(ids)],
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

/** Items that are said to be known as they are, each once: those that are not, and those that were taken for missing meanwhile. */
export async function checkKnown(
  em: SqlEntityManager,
  providerId: ProviderId,
  scope: Scope,
  ids: readonly ItemId[],
): Promise<{ unknown: ItemId[]; missing: ItemId[] }> {
  const nothing = { unknown: [], missing: [] };
  if (ids.length === 0) return nothing;
  // Counting them goes through the index; a join with the ids reads all items for every page. Mostly there is nothing more to ask.
  const [there] = await sql<{ n: number }>(
    em,
    `select count(*)::int as n from item_state
     where provider_id = $1 and ${isOneOf('item_id', '$2')} and $3 = any(scopes) and missing_since is null`,
    [providerId, textArray(ids), scope],
  );
  if (there?.n === ids.length) return nothing;
  const rows = await sql<{ id: ItemId; known: boolean }>(
    em,
    `select i.id, s.item_id is not null as known
     from unnest($2::text[]) as i(id)
     left join item_state s on s.provider_id = $1 and s.item_id = i.id and $3 = any(s.scopes)
     where s.item_id is null or s.missing_since is not null`,
    [providerId, ids, scope],
  );
  return {
    unknown: rows.filter((row) => !row.known).map((row) => row.id),
    missing: rows.filter((row) => row.known).map((row) => row.id),
  };
}

/** The items are there again; nothing else of them has changed. */
export async function markPresent(
  em: SqlEntityManager,
  providerId: ProviderId,
  ids: readonly ItemId[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql(
    em,
    `update item_state set absent_runs = 0, missing_since = null where provider_id = $1 and ${isOneOf('item_id', '$2')}`,
    [providerId, textArray(ids)],
  );
}

/** Inserts states of items that are not known: the caller has looked, and holds the provider's head since. */
export async function addItems(
  em: SqlEntityManager,
  providerId: ProviderId,
  items: readonly ItemStateWrite[],
): Promise<void> {
  if (items.length === 0) return;
  const version = smallint(FINGERPRINT_VERSION);
  await copyIn(
    em,
    `copy item_state (provider_id, item_id, kind, fingerprint, fingerprint_version, scopes, category_ids) from stdin (format binary)`,
    copyRows(
      items.map(({ id, kind, fingerprint, scopes, categoryIds }) => [
        providerId,
        id,
        kind,
        fingerprint,
        version,
        texts(scopes),
        texts(categoryIds),
      ]),
    ),
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
