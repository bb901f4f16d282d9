import { describe, expect, it } from '@jest/globals';
import { failuresOf } from './test-results.mjs';

const file = (name, status, message, assertionResults) => ({
  name: `/here/${name}`,
  status,
  message,
  assertionResults,
});

describe('the failures of a run', () => {
  it('names file, test and the first line of the reason, and leaves out what passed', () => {
    const testResults = [
      file('a.spec.ts', 'passed', '', [{ fullName: 'a holds', status: 'passed', failureMessages: [] }]),
      file('b.spec.ts', 'failed', 'all of it', [
        { fullName: 'b holds', status: 'passed', failureMessages: [] },
        {
          fullName: 'b breaks',
          status: 'failed',
          failureMessages: ['\u001B[31mError: not equal\u001B[39m\n    at x'],
        },
      ]),
    ];
    expect(failuresOf({ testResults }, '/here/')).toEqual(['FAILED b.spec.ts: b breaks (Error: not equal)']);
  });

  it('tells of a file that could not run', () => {
    const testResults = [
      file('c.spec.ts', 'failed', "  ● Test suite failed to run\n\n    Cannot find module 'x'", []),
    ];
    expect(failuresOf({ testResults }, '/here/')).toEqual([
      "FAILED c.spec.ts: could not run (Cannot find module 'x')",
    ]);
  });
});
