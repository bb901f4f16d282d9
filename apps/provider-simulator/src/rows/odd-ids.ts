import type { BAD_ROW_FORMS, DUPLICATE_FORMS } from '../quirks/row.quirks.js';
import { exactNumber, idMember, plainText, type Row } from './row.js';

/** Beyond it a double holds even numbers only. */
const BEYOND_DOUBLES = 2n ** 53n;

/** The same id as a JSON number that no double holds: odd, and above 2^53. */
export function withHugeId(row: Row): Row {
  const member = idMember(row);
  const id = BigInt(String(row[member])) * 2n + 1n + BEYOND_DOUBLES;
  return { ...row, [member]: exactNumber(String(id)) };
}

/** A row once more: word for word, with other content, or with its id as the other JSON type. */
export function duplicate(row: Row, form: (typeof DUPLICATE_FORMS)[number]): Row {
  if (form === 'equal') return row;
  if (form === 'different') return { ...row, name: `${String(row.name)} (copy)` };
  const member = idMember(row);
  return {
    ...row,
    [member]:
      typeof row[member] === 'string' && plainText(row[member]) === row[member]
        ? Number(row[member])
        : plainText(row[member]),
  };
}

/** What stands in a row's place when the panel failed at it. */
export function badRow(row: Row, form: (typeof BAD_ROW_FORMS)[number]): unknown {
  const { [idMember(row)]: _, ...rest } = row;
  const forms = {
    'no-id': rest,
    'null-id': { ...rest, [idMember(row)]: null },
    null: null,
    text: 'row',
    number: 7,
    list: [],
  };
  return forms[form];
}

/** The row of an item in no category; some panels leave the members out, others empty them. */
export function withoutCategory(row: Row, draw: number): Row {
  const { category_ids: _ids, category_id: _id, cat_genre_id_1: _genre, tv_genre_id: _live, ...rest } = row;
  return draw % 2 === 0 ? rest : { ...rest, category_id: null };
}
