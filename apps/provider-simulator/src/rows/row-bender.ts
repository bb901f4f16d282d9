import type { Item } from '../catalogue/item.js';
import { mix } from '../catalogue/seeded.js';
import type { QuirkBook } from '../quirks/quirk-book.js';
import type { RowQuirks, SomeItems } from '../quirks/row.quirks.js';
import { shuffledMembers } from './member-order.js';
import { oddDates } from './odd-dates.js';
import { badRow, duplicate, withHugeId, withoutCategory } from './odd-ids.js';
import { oddText } from './odd-texts.js';
import { rowJson, type Row } from './row.js';
import { withTypes } from './value-types.js';
import { volatile } from './volatile-members.js';

/** Makes the rows of one answer odd: the JSON of a right row in, that of what is listed for it out; one text, or two for a duplicate. */
export type Bend = (json: string, item: Item) => string[];

/** Which items a quirk hits is drawn with its salt, so that two quirks do not hit the same ones. */
const SALT = { duplicates: 301, hugeIds: 302, bad: 303, texts: 304, dates: 305, uncategorised: 306 };

/** Applies the row quirks of one provider. Counts answers, so that the same requests in the same order get the same bytes. */
export class RowBender {
  #answers = 0;

  constructor(private readonly quirks: QuirkBook) {}

  /** What to do with the rows of the next answer; undefined where they are told as they are. `now` in Unix milliseconds. */
  next(now: number): Bend | undefined {
    const { rows } = this.quirks.now;
    if (rows === undefined) return undefined;
    this.#answers += 1;
    const answer = this.#answers;
    return (json, item) => bend(JSON.parse(json) as Row, item, rows, { answer, now });
  }
}

function bend(
  right: Row,
  item: Item,
  quirks: RowQuirks,
  { answer, now }: { answer: number; now: number },
): string[] {
  const { bad, duplicates, dates, texts, types } = quirks;
  if (hits(bad, item, SALT.bad)) return [rowJson(badRow(right, bad.form))];
  const draw = mix(item.draw, answer);
  let row = right;
  if (hits(dates, item, SALT.dates)) {
    const moment = { draw: mix(item.draw, SALT.dates + 100), seconds: item.addedAt, now: now / 1000 };
    row = oddDates(row, dates.form, moment);
  }
  if (hits(texts, item, SALT.texts)) row = oddText(row, texts.form, mix(item.draw, SALT.texts + 100));
  if (hits(quirks.uncategorised, item, SALT.uncategorised)) row = withoutCategory(row, item.draw);
  if (quirks.volatile === true) row = volatile(row, draw);
  if (types !== undefined) row = withTypes(row, types, answer);
  if (hits(quirks.hugeIds, item, SALT.hugeIds)) row = withHugeId(row);
  if (quirks.shuffleMembers === true) row = shuffledMembers(row, draw);
  const once = rowJson(row);
  return hits(duplicates, item, SALT.duplicates) ? [once, rowJson(duplicate(row, duplicates.form))] : [once];
}

function hits<Quirk extends SomeItems>(quirk: Quirk | undefined, item: Item, salt: number): quirk is Quirk {
  return quirk !== undefined && mix(item.draw, salt) % quirk.every === 0;
}
