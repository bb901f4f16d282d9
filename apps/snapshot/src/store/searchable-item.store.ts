import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql, textArray } from '@catalogue-sync/persistence';
import type { ItemRow } from '../fold/plan-fold.js';

/** Parts the lexemes of an item on their way to the database: no text of an item holds it. */
const BETWEEN = '\u0001';
/** Of a category's id, characters that count: PostgreSQL takes 2046 bytes a lexeme. */
const MAX_CATEGORY = 400;
/** Categories of an item that count: PostgreSQL takes a megabyte of lexemes an item. */
const MAX_CATEGORIES = 300;

// Names and genres are folded by the function that folds what is asked for: both sides are alike whatever the server's locale. A name
// becomes its words in one replacement; an empty word at an end is a lexeme that no query asks for. What it begins with has a mark of its own: the
// items that begin with a word stand together in the order of names, and are found there. Signs in front do not count.
const INSERT = `
  insert into searchable_item (provider_id, item_id, name_order, added_at, terms)
    select $1, i.id, left(n.sorted_name, 200), i.added_at,
           array_to_tsvector(
             string_to_array(
               case when n.sorted_name = '' then $2 else $11 end || regexp_replace(
                 left(case when i.original_name is null then n.sorted_name
                           else n.sorted_name || ' ' || folded(i.original_name) end, 450),
                 '[^[:alnum:]]+', $4 || $2, 'g'), $4)
             || string_to_array(i.facts, $4)
             || case when i.genres is not null then string_to_array($3 || replace(folded(i.genres), $4, $4 || $3), $4) end)
      from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
             as i (id, added_at, name, original_name, genres, facts)
     cross join lateral (select folded(i.name) as name offset 0) as f
     cross join lateral (
       -- From a to z there is no sign to look for, which spares most names the search.
       select case when ascii(f.name) between 97 and 122 then f.name else regexp_replace(f.name, '^[^[:alnum:]]+', '') end as sorted_name
       offset 0) as n`;

// Each is looked up by itself. Of a list of ids a planner without statistics takes the index on dates for as good as the key: it holds ids too,
// behind the dates, and all of it is read.
const REMOVE = `
  delete from searchable_item where ctid = any(array(
    select found.ctid from unnest($2::text[]) as w (id)
     cross join lateral (select i.ctid from searchable_item i where i.provider_id = $1 and i.item_id = w.id limit 1) as found))`;

/** What items are found and sorted by, apart from their payload. Written in the transaction that writes the items. */
export class SearchableItemStore {
  /** For items that have no row yet. `foundAs` is the provider of their lexemes. */
  async insert(
    em: SqlEntityManager,
    provider: ProviderId,
    put: readonly ItemRow[],
    foundAs = provider,
  ): Promise<void> {
    if (put.length === 0) return;
    await sql(em, INSERT, [
      provider,
      `${foundAs} w`,
      `${foundAs} g`,
      BETWEEN,
      put.map(({ id }) => id),
      put.map(({ search }) => search.addedAt),
      put.map(({ search }) => search.name),
      put.map(({ search }) => search.originalName ?? null),
      put.map(({ search }) => (search.genres.length === 0 ? null : search.genres.join(BETWEEN))),
      put.map((item) => plainLexemes(foundAs, item).join(BETWEEN)),
      `${foundAs} f`,
    ]);
  }

  async remove(em: SqlEntityManager, provider: ProviderId, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await sql(em, REMOVE, [provider, textArray(ids)]);
  }
}

/** Lexemes that are compared as they are: kind, year and categories. */
function plainLexemes(provider: ProviderId, { kind, categoryIds, search }: ItemRow): string[] {
  const categories = categoryIds.length === 0 ? [''] : categoryIds.slice(0, MAX_CATEGORIES);
  return [
    `${provider} k${kind}`,
    `${provider} y${search.year}`,
    ...categories.map((category) => `${provider} c${firstCharacters(category).replaceAll(BETWEEN, '')}`),
  ];
}

/** Characters as the database counts them: a surrogate pair is one. */
function firstCharacters(value: string): string {
  return value.length <= MAX_CATEGORY ? value : Array.from(value).slice(0, MAX_CATEGORY).join('');
}
