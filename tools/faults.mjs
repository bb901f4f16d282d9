// `npm run test:faults`: builds, hurts the running system in every way that apps/standalone/faults knows, and prints what it saw as a table.
//   npm run test:faults                                        all rows; docs/reliability.md gets the table
//   npm run test:faults -- <part of a name>                    the rows whose area or name contains it
//   npm run test:faults -- --random --seconds 60 --seed 7      the random run alone
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readRows, tableForDocs, tableForTerminal } from './faults-table.mjs';

const DOCUMENT = 'docs/reliability.md';
const BEGIN = '<!-- faults: begin, written by npm run test:faults -->';
const END = '<!-- faults: end -->';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { random: { type: 'boolean' }, seconds: { type: 'string' }, seed: { type: 'string' } },
});
for (const name of ['seconds', 'seed']) {
  const value = values[name];
  if (value !== undefined && !/^\d{1,9}$/.test(value)) fail(`--${name} asks for a whole number`);
}
if (values.random && positionals.length > 0) fail('--random is a run of its own: leave the name out');

const built = spawnSync('nx', ['run-many', '-t', 'build'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false' },
});
if (built.status !== 0) fail('The build failed.');

const seed = values.seed ?? (values.random ? String(Math.floor(Math.random() * 1e9)) : undefined);
if (seed !== undefined) console.log(`seed ${seed}`);
const folder = mkdtempSync(join(tmpdir(), 'catalogue-sync-faults-table-'));
const rowsFile = join(folder, 'rows.jsonl');
const resultsFile = join(folder, 'results.json');
writeFileSync(rowsFile, '');
const began = performance.now();
const run = spawnSync(
  'jest',
  [
    '--rootDir',
    '.',
    // A row starts the whole system and waits out leases and ACK times: two at once suit two cores.
    '--maxWorkers=2',
    '--forceExit',
    '--testPathPatterns',
    values.random ? '/apps/standalone/faults/random' : '/apps/standalone/faults/',
    ...(positionals.length > 0 ? ['--testNamePattern', literal(positionals.join(' '))] : []),
    '--json',
    '--outputFile',
    resultsFile,
  ],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      FAULTS_ROWS_FILE: rowsFile,
      ...(values.seconds === undefined ? {} : { FAULTS_SECONDS: values.seconds }),
      ...(seed === undefined ? {} : { FAULTS_SEED: seed }),
    },
  },
);
const { rows, broken } = readRows(
  readFileSync(rowsFile, 'utf8'),
  JSON.parse(readFileSync(resultsFile, 'utf8')),
);
rmSync(folder, { recursive: true });

console.log(`\n${tableForTerminal(rows)}\n`);
for (const message of broken) console.log(message);
for (const row of rows.filter(({ passed }) => !passed))
  console.log(`FAILED ${row.area}: ${row.name} (${row.reason})`);
if (positionals.length === 0 && !values.random && broken.length === 0) writeDocument();
const failed = rows.filter((row) => !row.passed).length + broken.length;
console.log(`${Math.round((performance.now() - began) / 1000)} s`);
console.log(`${rows.length - rows.filter((row) => !row.passed).length} passed, ${failed} failed`);
process.exit(run.status === 0 && failed === 0 && rows.length > 0 ? 0 : 1);

/** Puts the table between the document's markers. */
function writeDocument() {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) fail(`${DOCUMENT} has lost its markers: ${BEGIN} … ${END}`);
  writeFileSync(
    DOCUMENT,
    `${text.slice(0, begin + BEGIN.length)}\n${tableForDocs(rows)}\n${text.slice(end)}`,
  );
}

/** As a regular expression that matches the text itself. */
function literal(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
