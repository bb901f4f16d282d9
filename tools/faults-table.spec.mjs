import { describe, expect, it } from '@jest/globals';
import { readRows, tableForDocs, tableForTerminal } from './faults-table.mjs';

const lines = [
  { area: 'servers', name: 'killed', fault: 'kill -9', expected: 'it comes back' },
  { area: 'servers', name: 'left out', fault: 'none', expected: 'nothing' },
  { area: 'delivery', name: 'twice', fault: 'a | b', expected: 'once' },
]
  .map((row) => JSON.stringify(row))
  .join('\n');
const test = (fullName, status, failureMessages = []) => ({
  fullName,
  status,
  failureMessages,
  duration: 1500,
});
const results = {
  testResults: [
    {
      name: '/here/a.fault.spec.ts',
      status: 'failed',
      message: '',
      assertionResults: [
        test('servers killed', 'passed'),
        test('servers left out', 'pending'),
        test('delivery twice', 'failed', ['Error: seen twice\n    at somewhere']),
      ],
    },
  ],
};

describe('the table of faults', () => {
  it('joins what rows say with how they ended, and leaves out what did not run', () => {
    const { rows, broken } = readRows(lines, results);
    expect(rows.map(({ name, passed }) => [name, passed])).toEqual([
      ['killed', true],
      ['twice', false],
    ]);
    expect(broken).toEqual([]);
  });

  it('says so when a file failed outside of its rows', () => {
    const dead = { status: 'failed', message: 'the system did not start', assertionResults: [] };
    expect(readRows(lines, { testResults: [dead] }).broken).toEqual([
      'A file of rows could not run: the system did not start',
    ]);
  });

  it('tells the reason of a failure in the terminal, and keeps times out of the document', () => {
    const { rows } = readRows(lines, results);
    expect(tableForTerminal(rows)).toContain('FAILED    1.5 s  twice');
    expect(tableForTerminal(rows)).toContain('Error: seen twice');
    const docs = tableForDocs(rows);
    expect(docs).toContain('| twice | a \\| b | once | **failed** |');
    expect(docs).toContain('### Servers');
    expect(docs).not.toMatch(/\d s/);
  });
});
