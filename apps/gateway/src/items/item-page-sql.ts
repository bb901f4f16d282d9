import type { ItemOrder } from '@catalogue-sync/contracts/rest';

/** The parameters of every statement for a page begin with these; the place of the page before comes last, where there is one. */
export type PageParameters = [provider: string, terms: string | null, limit: number, maxBytes: number];

const COLUMN: Record<ItemOrder, string> = {
  name: 'name_order',
  '-name': 'name_order',
  added: 'added_at',
  '-added': 'added_at',
};

/** How many entries the planner takes a `tsquery` to find: right by its order of magnitude, where there are statistics. */
export const EXPECTED_SQL = `explain (format json) select 1 from snapshot.v_searchable_item where lexemes @@ $1::text::tsquery`;

/**
 * In the order of names: the letters that they begin with, as long as all entries with them are among the next $2, and no more than $3; the first
 * one in any case. Each is found by one look at the index.
 */
export function firstLettersSql(order: ItemOrder, hasPlace: boolean): string {
  const next = order.startsWith('-') ? '< step.letter' : '> step.letter || chr(1114111)';
  const lettersOf = (condition: string) =>
    `select left(name_order, 1) as letter from snapshot.v_searchable_item
       where provider_id = $1 ${condition} ${inOrder(order, 'name_order')} limit 1`;
  const start = hasPlace ? behind(order, 'name_order', 4) : '';
  return `
    with recursive last as materialized (${lettersOf(start)} offset $2 - 1)
    , step as (
      select letter, 1 as letters from (${lettersOf(start)}) as first
       union all
      select next.letter, step.letters + 1
        from step cross join lateral (${lettersOf(`and name_order ${next}`)}) as next
       where step.letters < $3 and step.letter is distinct from (select letter from last))
    select letter from step where letters = 1 or letter is distinct from (select letter from last) order by letters`;
}

/** Looks through entries in order, up to as many as $5 says. */
export function walkSql(order: ItemOrder, hasPlace: boolean): string {
  const found = `select item_id, place from entry where $2::text is null or lexemes @@ $2::text::tsquery`;
  return `
    with ${entries(order, hasPlace ? behind(order, COLUMN[order], 6) : '')}
    , ${pageOf(order, found, 'found.entries >= $3 or (select count(*) from entry) < $5')}`;
}

/**
 * In the order of names: looks through the entries from $6 up to $7, which begin with a word, up to as many as $5 says. The others that have it are
 * found by their terms, $8.
 */
export function firstWordSql(order: ItemOrder, hasPlace: boolean): string {
  const column = COLUMN[order];
  const within = `${column} >= $6 and ${column} < $7`;
  return `
    with ${entries(order, `and ${within} ${hasPlace ? behind(order, column, 9) : ''}`)}
    , hit as materialized (
      select item_id, place from entry where lexemes @@ $2::text::tsquery ${inOrder(order)} limit $3)
    , walk as materialized (
      select (select count(*) from hit) >= $3 or (select count(*) from entry) < $5 as whole)
    , other as (
      select item_id, place
        from (select provider_id, item_id, ${column} as place
                from snapshot.v_searchable_item where lexemes @@ $8::text::tsquery and (select whole from walk) offset 0) as entry
       where provider_id = $1 and not (place >= $6 and place < $7) ${hasPlace ? behind(order, 'place', 9) : ''})
    , ${pageOf(order, `select * from hit union all select * from other`, '(select whole from walk)')}`;
}

/**
 * Finds all that has the terms by their index, and sorts it as it comes. `offset 0` keeps the planner from walking in order instead, and costs
 * less than keeping tens of thousands of entries in between.
 */
export function termsSql(order: ItemOrder, hasPlace: boolean): string {
  return `
    with ${pageOf(
      order,
      `select item_id, place
         from (select provider_id, item_id, ${COLUMN[order]} as place
                 from snapshot.v_searchable_item where lexemes @@ $2::text::tsquery offset 0) as entry
        where provider_id = $1 ${hasPlace ? behind(order, 'place', 5) : ''}`,
      'true',
    )}`;
}

/** As many as $5 says, in order. */
function entries(order: ItemOrder, condition: string): string {
  return `entry as materialized (
      select item_id, ${COLUMN[order]} as place, lexemes
        from snapshot.v_searchable_item
       where provider_id = $1 ${condition} ${inOrder(order, COLUMN[order])} limit $5)`;
}

/**
 * The first $3 of what was found, with their items, as far as those take less than $4 bytes. One row comes at least, and tells whether what was looked
 * through is enough to say so.
 */
function pageOf(order: ItemOrder, found: string, whole: string): string {
  return `
    page as materialized (select * from (${found}) as f ${inOrder(order)} limit $3)
    select ${whole} as whole, found.entries as found, s.item_id, s.place, s.payload
      from (select count(*)::int as entries from page) as found
      left join lateral (
        select * from (
          select p.item_id, p.place, i.payload,
                 sum(octet_length(i.payload)) over (${inOrder(order, 'p.place', 'p.item_id')})
                   - octet_length(i.payload) as bytes_before
            from page p join snapshot.v_item i on i.provider_id = $1 and i.item_id = p.item_id) as b
         where b.bytes_before < $4) as s on true
     ${inOrder(order, 's.place', 's.item_id')}`;
}

function behind(order: ItemOrder, column: string, parameter: number): string {
  return `and (${column}, item_id) ${order.startsWith('-') ? '<' : '>'} ($${parameter}, $${parameter + 1})`;
}

function inOrder(order: ItemOrder, place = 'place', id = 'item_id'): string {
  const direction = order.startsWith('-') ? 'desc' : 'asc';
  return `order by ${place} ${direction}, ${id} ${direction}`;
}
