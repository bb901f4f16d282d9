import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonListScanner } from './json-list-scanner.js';
import type { JsonListReport, ListPlace } from './list-plan.js';

const ROOT: ListPlace[] = [{ path: '', keyed: 'numeric' }];
const PORTAL: ListPlace[] = [
  { path: 'js.data', keyed: 'any' },
  { path: 'js', keyed: 'never' },
];

function scan(text: string, places = ROOT, sliceBytes = 1_000, cuts: number[] = []): JsonListReport {
  const bytes = Buffer.from(text);
  const scanner = new JsonListScanner(places, sliceBytes);
  const borders = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const border of [...borders, bytes.length]) {
    scanner.push(bytes.subarray(from, border));
    from = border;
  }
  return scanner.end();
}

function rowsOf(text: string, report: JsonListReport): unknown[] {
  const bytes = Buffer.from(text);
  return report.slices.flatMap(
    ({ start, end }) => JSON.parse(`[${bytes.toString('utf8', start, end)}]`) as unknown[],
  );
}

const row = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });
const rows = fc.array(row, { maxLength: 40 });
const blanks = fc.constantFrom(undefined, 1, '\t');

describe('JsonListScanner', () => {
  it('finds the same rows whatever the chunks, the layout and the length of a slice', () => {
    fc.assert(
      fc.property(
        rows,
        blanks,
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.integer({ min: 200, max: 3_000 }),
        (list, space, cuts, limit) => {
          const text = JSON.stringify(list, undefined, space);
          const report = scan(text, ROOT, limit, cuts);
          expect(report).toMatchObject({ found: true, closed: true, keyed: false, oddRows: 0 });
          expect(report.rows + report.oversizedRows).toBe(list.length);
          const kept = list.filter((entry) => {
            const indented = JSON.stringify([entry], undefined, space);
            const inner = space === undefined ? indented.slice(1, -1) : indented.slice(1, -1).trim();
            return Buffer.byteLength(inner) <= limit;
          });
          expect(rowsOf(text, report)).toEqual(JSON.parse(JSON.stringify(kept)));
          for (const { start, end } of report.slices) expect(end - start).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never takes a cut list for a closed one', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (list, at) => {
        const text = JSON.stringify(list);
        const bytes = Buffer.from(text);
        const cut = bytes.subarray(0, at % bytes.length);
        const scanner = new JsonListScanner(ROOT, 1_000_000);
        scanner.push(cut);
        const report = scanner.end();
        expect(report.closed).toBe(false);
        const whole = report.slices.flatMap(
          ({ start, end }) => JSON.parse(`[${cut.toString('utf8', start, end)}]`) as unknown[],
        );
        expect(whole).toEqual((JSON.parse(text) as unknown[]).slice(0, whole.length));
      }),
      { numRuns: 300 },
    );
  });

  it('reads the list out of a portal envelope, with its totals, whatever the chunks', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(), { maxLength: 20 }), fc.boolean(), (list, cuts, after) => {
        const totals = { total_items: '2817', max_page_items: 14 };
        const js = after ? { data: list, ...totals } : { ...totals, data: list };
        const text = JSON.stringify({ js, text: 'generated in: 0.03s; "data":[{}]' });
        const report = scan(text, PORTAL, 1_000_000, cuts);
        expect(report).toMatchObject({ found: true, closed: true, rows: list.length });
        expect(report.members.get('js.total_items')).toBe('2817');
        expect(report.members.get('js.max_page_items')).toBe('14');
        expect(rowsOf(text, report)).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });

  it.each([
    ['[]', 0, ROOT],
    ['{}', 0, ROOT],
    [' \ufeff[ ]\n', 0, ROOT],
    ['[{"a":"]}"},{"b":"\\\\"},{"c":"\\""}]', 3, ROOT],
    ['{"js":[{"id":1}]}', 1, PORTAL],
    ['{"js":{"data":{}}}', 0, PORTAL],
    ['{"js":{"data":[]},"text":[[[]]]}', 0, PORTAL],
  ] as [string, number, ListPlace[]][])('takes %s for a closed list of %i rows', (text, count, places) => {
    expect(scan(text, places)).toMatchObject({ found: true, closed: true, rows: count });
  });

  it.each([
    ['{"user_info":{"auth":0}}', ROOT],
    ['{"js":false}', PORTAL],
    ['{"js":{"error":"limit"}}', PORTAL],
    ['<html>[{"a":1}]</html>', ROOT],
    ['Blocked', ROOT],
    ['', ROOT],
    ['"[]"', ROOT],
  ] as [string, ListPlace[]][])('finds no list in %s', (text, places) => {
    expect(scan(text, places).found).toBe(false);
  });

  it('takes an object with numbers for keys for a list', () => {
    const text = '{"1":{"id":7},"5":{"id":8}}';
    const report = scan(text);
    expect(report).toMatchObject({ found: true, keyed: true, closed: true, rows: 2 });
    const [slice] = report.slices;
    expect(text.slice(slice?.start, slice?.end)).toBe('{"id":7},"5":{"id":8}');
  });

  it('sees brackets that do not match', () => {
    expect(scan('[{"a":1}}').closed).toBe(false);
    expect(scan('[{"a":1],{"b":2}]').closed).toBe(false);
    expect(scan('{"js":{"data":[]]}', PORTAL).closed).toBe(false);
  });

  it('counts rows that are no objects, and leaves out the ones that are too long', () => {
    expect(scan('[null, 7 ,"x\\"y",[1,2],{"a":1}]')).toMatchObject({ rows: 5, oddRows: 4, closed: true });
    const text = `[{"a":1},{"b":"${'x'.repeat(2_000)}"},{"c":3}]`;
    const report = scan(text, ROOT, 100);
    expect(report).toMatchObject({ rows: 2, oversizedRows: 1, closed: true });
    expect(rowsOf(text, report)).toEqual([{ a: 1 }, { c: 3 }]);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, at) => {
        const scanner = new JsonListScanner([...PORTAL, ...ROOT], 50);
        const cut = at % (bytes.length + 1);
        scanner.push(bytes.subarray(0, cut));
        scanner.push(bytes.subarray(cut));
        expect(scanner.end().bytes).toBe(bytes.length);
      }),
      { numRuns: 500 },
    );
  });
});
