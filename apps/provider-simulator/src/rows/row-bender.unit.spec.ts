import { describe, expect, it } from '@jest/globals';
import { completeConfig } from '../catalogue/catalogue-config.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import { DATE_FORMS, TEXT_FORMS, type RowQuirks } from '../quirks/row.quirks.js';
import { bodyText } from '../server/answer.fixture.js';
import { VodList } from '../stalker/vod-list.js';
import { streamList } from '../xtream/stream-list.js';
import { RowBender } from './row-bender.js';
import { withTypes } from './value-types.js';

const NOW = Date.UTC(2026, 10, 21);
type Row = Record<string, unknown>;

const catalogue = new Catalogue(completeConfig({ name: 'x', movies: 300, series: 0, channels: 50 }));

/** The movie lists of one panel, one a call. */
function panel(rows: RowQuirks) {
  const book = new QuirkBook();
  book.set({ rows });
  const bender = new RowBender(book);
  const text = () => {
    const bend = bender.next(NOW);
    return bodyText(streamList(catalogue, 'movie', new URLSearchParams(), { ...(bend && { bend }) }));
  };
  return { text, rows: () => JSON.parse(text()) as Row[] };
}
const right = () => JSON.parse(bodyText(streamList(catalogue, 'movie', new URLSearchParams()))) as Row[];
const id = (row: Row) => String(row.stream_id);
/** Members whose value differs, over all rows. */
function changedMembers(one: Row[], other: Row[]): string[] {
  return [
    ...new Set(
      one.flatMap((row, i) =>
        Object.keys({ ...row, ...other[i] }).filter(
          (key) => JSON.stringify(row[key]) !== JSON.stringify(other[i]?.[key]),
        ),
      ),
    ),
  ].toSorted();
}

describe('odd rows', () => {
  it('are the same ones in each request, and the same bytes for the same requests', () => {
    const bad = panel({ bad: { every: 10, form: 'no-id' } });
    expect(bad.text()).toBe(bad.text());
    const quirks: RowQuirks = { volatile: true, types: 'flip', shuffleMembers: true };
    const [one, other] = [panel(quirks), panel(quirks)];
    expect([one.text(), one.text()]).toEqual([other.text(), other.text()]);
  });

  it('carry volatile members that differ with each request, and nothing else does', () => {
    const { rows } = panel({ volatile: true });
    expect(changedMembers(rows(), rows())).toEqual(['custom_sid', 'direct_source', 'num']);
    const book = new QuirkBook();
    book.set({ rows: { volatile: true } });
    const list = new VodList(catalogue, book);
    const page = () =>
      (JSON.parse(list.page('vod', new URLSearchParams({ sortby: 'added' }), NOW)) as { data: Row[] }).data;
    expect(changedMembers(page(), page())).toEqual([
      'count',
      'rating_count_kinopoisk',
      'today',
      'vote_sound_good',
      'week_and_more',
      'yesterday',
    ]);
  });

  it('flip all their numbers to strings and back', () => {
    const { rows } = panel({ types: 'flip' });
    const [strings, numbers] = [rows(), rows()];
    expect(strings.every((row) => typeof row.stream_id === 'string' && typeof row.year === 'string')).toBe(
      true,
    );
    expect(numbers.every((row) => typeof row.stream_id === 'number' && typeof row.year === 'number')).toBe(
      true,
    );
    expect(strings.map(id)).toEqual(right().map(id));
    expect(numbers.map(({ name }) => name)).toEqual(right().map(({ name }) => name));
  });

  it('keep a title of digits a text, and a number that doubles would round', () => {
    const row = { name: '1984', year: '1984', rating: '7.5', zip: '0071', long: '12345678901234567' };
    expect(withTypes(row, 'numbers', 1)).toEqual({ ...row, year: 1984, rating: 7.5 });
  });

  it('have their members in another order with each request', () => {
    const { rows } = panel({ shuffleMembers: true });
    const [one, other] = [rows(), rows()];
    expect(one).toEqual(right());
    expect(Object.keys(one[0] ?? {})).not.toEqual(Object.keys(other[0] ?? {}));
  });

  it('come twice: equal, different, or under an id of the other type', () => {
    const twice = (form: 'equal' | 'different' | 'quoted') => {
      const rows = panel({ duplicates: { every: 10, form } }).rows();
      expect(rows.length).toBeGreaterThan(310);
      return rows.filter((row, i) => i > 0 && id(row) === id(rows[i - 1] ?? {}));
    };
    const expected = new Map(right().map((row) => [id(row), row]));
    expect(
      twice('equal').every((row) => changedMembers([row], [expected.get(id(row)) ?? {}]).length === 0),
    ).toBe(true);
    expect(twice('different').every((row) => String(row.name).endsWith('(copy)'))).toBe(true);
    expect(
      twice('quoted').every((row) => typeof row.stream_id !== typeof expected.get(id(row))?.stream_id),
    ).toBe(true);
  });

  it('have ids that doubles cannot tell apart', () => {
    const text = panel({ hugeIds: { every: 1 } }).text();
    const exact = Array.from(text.matchAll(/"stream_id":(\d+)/g), ([, digits]) => digits ?? '');
    expect(new Set(exact).size).toBe(300);
    expect(exact.every((digits) => BigInt(digits) > 2n ** 53n)).toBe(true);
    expect(exact.every((digits) => String(Number(digits)) !== digits)).toBe(true);
  });

  it.each([
    ['no-id', (row: Row) => !('stream_id' in row)],
    ['null-id', (row: Row) => row.stream_id === null],
    ['null', (row: unknown) => row === null],
    ['text', (row: unknown) => row === 'row'],
    ['number', (row: unknown) => row === 7],
    ['list', (row: unknown) => Array.isArray(row)],
  ] as const)('are of no use: %s', (form, isBad) => {
    const rows = panel({ bad: { every: 10, form } }).rows();
    const bad = rows.filter((row) => isBad(row));
    expect(rows).toHaveLength(300);
    expect(bad.length).toBeGreaterThan(10);
    expect(bad.length).toBeLessThan(60);
  });

  it.each(TEXT_FORMS)('have texts that break readers: %s', (form) => {
    const { rows, text } = panel({ texts: { every: 1, form } });
    expect(text()).toMatch(/^[\x20-\x7e]*$/);
    const [row = {}] = rows();
    const signs = {
      'null-name': () => expect(row.name).toBeNull(),
      'lone-surrogate': () => expect(String(row.name).isWellFormed()).toBe(false),
      nul: () => expect(`${String(row.name)}${String(row.plot)}`.split('\u0000')).toHaveLength(4),
      entities: () => expect(row.name).toMatch(/&amp; Co &#039;24$/),
      markup: () => expect(row.plot).toContain('<br/>'),
      controls: () => expect(row.name).toContain('\u0007'),
      long: () => expect(String(row.plot).length).toBeGreaterThanOrEqual(65_536),
    };
    signs[form]();
  });

  it('take every form of text and date in turn', () => {
    expect(
      new Set(
        panel({ texts: { every: 1, form: 'mixed' } })
          .rows()
          .map(({ name }) => name === null),
      ),
    ).toEqual(new Set([true, false]));
    const dates = panel({ dates: { every: 1, form: 'mixed' } })
      .rows()
      .map(({ added }) => added);
    expect(dates).toEqual(
      expect.arrayContaining(['', null, 0, '0000-00-00 00:00:00', '1970-01-01 00:00:00', 'yesterday-ish']),
    );
  });

  it('have no plain date', () => {
    const [before] = right();
    const seconds = Number(before?.added);
    const told = DATE_FORMS.map((form) => panel({ dates: { every: 1, form } }).rows()[0]?.added);
    expect(told).toEqual([
      '',
      null,
      0,
      '0000-00-00 00:00:00',
      '1970-01-01 00:00:00',
      seconds * 1000,
      new Date(seconds * 1000).toISOString(),
      expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/),
      '2027-11-21 00:00:00',
      'yesterday-ish',
    ]);
  });

  it('name no category', () => {
    const rows = panel({ uncategorised: { every: 2 } }).rows();
    const without = rows.filter((row) => !('category_ids' in row));
    expect(without.length).toBeGreaterThan(100);
    expect(without.every((row) => row.category_id == null)).toBe(true);
  });
});
