import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { fingerprintCategory } from '@catalogue-sync/catalogue';
import type { CatalogueCategory, ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { categoryAdded, categoryUpdated, type EventDraft } from '../event-log/event-draft.js';

interface CategoryRow {
  category_id: string;
  fingerprint: Buffer;
  missing: boolean;
}

export interface CategoryChanges {
  drafts: EventDraft[];
  added: number;
  updated: number;
  unchanged: number;
}

/** Compares listed categories with what is known, stores the changed ones and drafts their events. Repeats: the first one decides. */
export async function reconcileCategories(
  em: SqlEntityManager,
  providerId: ProviderId,
  listed: readonly CatalogueCategory[],
): Promise<CategoryChanges> {
  const changes: CategoryChanges = { drafts: [], added: 0, updated: 0, unchanged: 0 };
  const categories = new Map<string, CatalogueCategory>();
  for (const category of listed) if (!categories.has(category.id)) categories.set(category.id, category);
  if (categories.size === 0) return changes;

  const rows = await sql<CategoryRow>(
    em,
    `select category_id, fingerprint, missing_since is not null as missing from category_state where provider_id = $1 and category_id = any($2)`,
    [providerId, [...categories.keys()]],
  );
  const known = new Map(rows.map((row) => [row.category_id, row]));
  const writes: { i: string; s: string; e: string; f: string }[] = [];
  for (const category of categories.values()) {
    const before = known.get(category.id);
    const fingerprint = fingerprintCategory(category);
    if (!before) {
      changes.added += 1;
      changes.drafts.push(categoryAdded(category));
    } else if (!before.fingerprint.equals(fingerprint)) {
      changes.updated += 1;
      changes.drafts.push(categoryUpdated(category));
    } else {
      changes.unchanged += 1;
      if (!before.missing) continue;
    }
    writes.push({
      i: category.id,
      s: category.scope,
      e: category.externalId,
      f: fingerprint.toString('hex'),
    });
  }
  if (writes.length > 0) {
    await sql(
      em,
      `insert into category_state (provider_id, category_id, scope, external_id, fingerprint)
       select $1, i, s, e, decode(f, 'hex') from json_to_recordset($2::json) as x(i text, s text, e text, f text)
       on conflict (provider_id, category_id) do update set fingerprint = excluded.fingerprint, absent_runs = 0, missing_since = null`,
      [providerId, JSON.stringify(writes)],
    );
  }
  return changes;
}
