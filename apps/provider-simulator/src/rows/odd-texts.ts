import { TEXT_FORMS, type TextForm } from '../quirks/row.quirks.js';
import type { Row } from './row.js';

/** Bytes that a `TEXT` column holds at least. */
const LONG_TEXT = 65_536;
const DESCRIPTIONS = ['plot', 'description'];

const FORMS: Record<TextForm, (row: Row) => Row> = {
  'null-name': (row) => ({ ...row, name: null }),
  'lone-surrogate': (row) => ({ ...row, name: `${text(row.name)} \ud83d` }),
  nul: (row) => describe({ ...row, name: `${text(row.name)}\u0000` }, (plot) => `\u0000${plot}\u0000`),
  entities: (row) =>
    describe(
      { ...row, name: `${text(row.name)} &amp; Co &#039;24` },
      (plot) => `${plot} &amp;quot;so&amp;quot;`,
    ),
  markup: (row) => describe(row, (plot) => `<p>${plot}<br/><a href="http://x.example/">more</a></p>`),
  controls: (row) => ({ ...row, name: `\u200f\u00a0${text(row.name)}\u200b\t\u0007 ` }),
  long: (row) => describe(row, (plot) => `${plot} `.padEnd(LONG_TEXT, plot === '' ? 'x' : `${plot} `)),
};

/** Spoils texts of a row in one way; `mixed` takes the ways in turn by `draw`. */
export function oddText(row: Row, form: TextForm | 'mixed', draw: number): Row {
  return FORMS[form === 'mixed' ? (TEXT_FORMS[draw % TEXT_FORMS.length] ?? 'nul') : form](row);
}

function describe(row: Row, change: (plot: string) => string): Row {
  const members = DESCRIPTIONS.filter((member) => member in row);
  return { ...row, ...Object.fromEntries(members.map((member) => [member, change(text(row[member]))])) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
