import { describe, expect, it } from '@jest/globals';
import { reportText } from './report-text.mjs';

const none = { missing: 0, surplus: 0, different: 0 };
const checksums = { served: '0000abcd', rebuilt: '0000abcd' };
const equal = {
  equal: true,
  events: 7,
  items: none,
  categories: none,
  searchRows: 0,
  examples: [],
  checksums,
};

describe('reportText', () => {
  it('says that all is equal in one line', () => {
    expect(reportText(equal)).toEqual(['Equal: 7 events fold to what is served (checksum 0000abcd).']);
  });

  it('says what differed, and what became of the snapshot', () => {
    const damaged = {
      ...equal,
      equal: false,
      items: { ...none, missing: 2 },
      searchRows: 3,
      examples: ['movie:1', 'vod:2'],
    };
    expect(reportText(damaged).join('\n')).toMatch(
      /items +2 were missing.*\n.*\n.*3 rows.*\n.*was right.*\n.*movie:1, vod:2/,
    );
    const wrong = { ...damaged, checksums: { served: '1', rebuilt: '2' }, newVersion: 9 };
    expect(reportText(wrong).join('\n')).toContain(
      'version 9 takes the place of a wrong one (checksum 1 is now 2)',
    );
  });
});
