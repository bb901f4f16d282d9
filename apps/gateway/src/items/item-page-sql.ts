import type { ItemOrder } from '@catalogue-sync/contracts/rest';

/** The parameters of both statements begin with these; the place of the page before comes last, where there is one. */
export type PageParameters = [provider: string, terms: string | null, limit: number, maxBytes: number];

const COLUMN: Record<ItemOrder, string> = {
  name: 'name_order',
  '-name': 'name_order',
  added: 'added_at',
  '-added': 'added_at',
};

/** Looks through entries in order, up to as many as $5 says. `walked` tells how many there were. */
export function walkSql(order: ItemOrder, hasPlace: boolean): string {
  const column = COLUMN[order];
  return `
    with entry as materialized (
      select item_id, ${column} as place, terms
        from snapshot.v_searchable_item
       where provider_id = $1 ${hasPlace ? behind(order, column, 6) : ''}
       order by ${column} ${direction(order)}, item_id ${direction(order)} limit $5)
    , ${pageOf(order, `select item_id, place from entry where $2::text is null or terms @@ $2::text::tsquery`, '(select count(*) from entry)')}`;
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
                 from snapshot.v_searchable_item where terms @@ $2::text::tsquery offset 0) as entry
        where provider_id = $1 ${hasPlace ? behind(order, 'place', 5) : ''}`,
      '0',
    )}`;
}

/** The first $3 of what was found, with their items, as far as those take less than $4 bytes. One row comes at least, and tells of `walked`. */
function pageOf(order: ItemOrder, found: string, walked: string): string {
  const sorted = `order by place ${direction(order)}, item_id ${direction(order)}`;
  return `
    page as materialized (select * from (${found}) as f ${sorted} limit $3)
    select n.walked, n.found, s.item_id, s.place, s.payload
      from (select ${walked}::int as walked, (select count(*) from page)::int as found) as n
      left join lateral (
        select * from (
          select p.item_id, p.place, i.payload,
                 sum(octet_length(i.payload)) over (order by p.place ${direction(order)}, p.item_id ${direction(order)})
                   - octet_length(i.payload) as bytes_before
            from page p join snapshot.v_item i on i.provider_id = $1 and i.item_id = p.item_id) as b
         where b.bytes_before < $4) as s on true
     order by s.place ${direction(order)}, s.item_id ${direction(order)}`;
}

function behind(order: ItemOrder, column: string, parameter: number): string {
  return `and (${column}, item_id) ${order.startsWith('-') ? '<' : '>'} ($${parameter}, $${parameter + 1})`;
}

function direction(order: ItemOrder): 'asc' | 'desc' {
  return order.startsWith('-') ? 'desc' : 'asc';
}
