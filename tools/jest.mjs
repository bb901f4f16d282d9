// Runs Jest (ESM) over one folder and leaves its figures in test-results: node tools/jest.mjs <project folder> <path below it> <name>
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const [project, below, name] = process.argv.slice(2);
const results = join(project, 'test-results');
mkdirSync(results, { recursive: true });
const { status } = spawnSync(
  'jest',
  [
    '--rootDir',
    '.',
    '--passWithNoTests',
    // A failed test may leave a child process behind: the failure must be told, not waited for.
    '--forceExit',
    '--testPathPatterns',
    `/${join(project, below)}/`,
    // Each of these files starts the whole system, which waits more than it computes: two at once suit two cores.
    ...(name === 'e2e'
      ? [
          '--maxWorkers=2',
          '--testTimeout=400000',
          '--testSequencer=./tools/jest.sequencer.mjs',
          ...sharedBy(join(project, below)),
        ]
      : []),
    '--json',
    '--outputFile',
    join(results, `${name}.json`),
    ...process.argv.slice(5),
  ],
  {
    // The JSON goes to the file; its copy on standard output is of no use to anyone.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
  },
);
process.exit(status ?? 1);

/** What the files of a run share is started before them and stopped behind them. */
function sharedBy(folder) {
  return [`--globalSetup=./${folder}/global-setup.ts`, `--globalTeardown=./${folder}/global-teardown.ts`];
}
