// The order in which Jest takes up the end-to-end files. On a fresh clone it knows of no durations and takes the longest files first, but those that take
// longest are short: beginning them first keeps both workers busy to the end.
import TestSequencer from '@jest/test-sequencer';

const LONGEST_FIRST = ['first-full-sync-', 'backup.', 'scheduled-sync.', 'tomorrow.', 'downstream.'];

export default class LongestFirst extends TestSequencer {
  async sort(tests) {
    const rank = ({ path }) => {
      const at = LONGEST_FIRST.findIndex((name) => path.includes(`/${name}`));
      return at < 0 ? LONGEST_FIRST.length : at;
    };
    return (await super.sort(tests)).toSorted((a, b) => rank(a) - rank(b));
  }
}
