import { sqlDateTime } from '../catalogue/dates.js';
import { DATE_FORMS, type DateForm } from '../quirks/row.quirks.js';
import type { Row } from './row.js';

const MEMBERS = ['added', 'last_modified'];
/** Beyond any clock's error: a year after now. */
const FUTURE_SECONDS = 31_536_000;

/** What stands for a date; `seconds` is the right one, in Unix time. */
const FORMS: Record<DateForm, (seconds: number, now: number) => unknown> = {
  empty: () => '',
  null: () => null,
  zero: () => 0,
  'zero-date': () => '0000-00-00 00:00:00',
  epoch: () => '1970-01-01 00:00:00',
  milliseconds: (seconds) => seconds * 1000,
  iso: (seconds) => new Date(seconds * 1000).toISOString(),
  european: (seconds) => {
    const [date = '', clock = ''] = sqlDateTime(seconds).split(' ');
    return `${date.split('-').toReversed().join('/')} ${clock}`;
  },
  future: (_, now) => sqlDateTime(now + FUTURE_SECONDS),
  nonsense: () => 'yesterday-ish',
};

/** Writes a row's dates in another form; `mixed` takes the forms in turn by `draw`. `seconds` and `now` in Unix time. */
export function oddDates(
  row: Row,
  form: DateForm | 'mixed',
  { draw, seconds, now }: { draw: number; seconds: number; now: number },
): Row {
  const write = FORMS[form === 'mixed' ? (DATE_FORMS[draw % DATE_FORMS.length] ?? 'empty') : form];
  const members = MEMBERS.filter((member) => member in row);
  return { ...row, ...Object.fromEntries(members.map((member) => [member, write(seconds, now)])) };
}
