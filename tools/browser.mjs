// `npm run test:browser`: runs the dashboard's specs in a real Chromium against the built system, and ends with a line that counts them.
// `npm run screenshots` takes the pictures of docs/images the same way. Chromium is installed where it is missing and that is possible.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { failuresOf } from './test-results.mjs';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const RESULTS = 'apps/dashboard/test-results';
const isForScreenshots = process.argv[2] === 'screenshots';

function run(command, args, options = {}) {
  return spawnSync(command, args, { stdio: 'inherit', ...options }).status === 0;
}

function refuse(message) {
  console.error(message);
  process.exit(1);
}

function findChromium() {
  return PLACES.find((place) => place !== undefined && existsSync(place));
}

function installChromium() {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0)
    refuse(
      'There is no Chromium. Install one ("sudo apt-get install chromium", or Google Chrome), or name it in CHROMIUM_PATH.',
    );
  console.error('Installing Chromium (once) …');
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  run('apt-get', ['update'], quiet);
  if (!run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], quiet))
    refuse('Chromium could not be installed: see above. Install one by hand, or name it in CHROMIUM_PATH.');
}

if (findChromium() === undefined) installChromium();
const env = {
  ...process.env,
  CHROMIUM_PATH: findChromium(),
  NX_TUI: 'false',
  NX_DAEMON: 'false',
};
if (!run('nx', ['run-many', '-t', 'build'], { stdio: ['ignore', 'ignore', 'inherit'], env }))
  refuse('The build failed: run "npm run build" to see why.');

const file = `${RESULTS}/${isForScreenshots ? 'screenshots' : 'browser'}.json`;
mkdirSync(RESULTS, { recursive: true });
rmSync(file, { force: true });
const ok = run(
  'jest',
  [
    '--rootDir',
    '.',
    '--runInBand',
    '--forceExit',
    '--testMatch',
    `**/apps/dashboard/e2e/**/*.${isForScreenshots ? 'screenshots' : 'browser.spec'}.ts`,
    '--json',
    '--outputFile',
    file,
    ...process.argv.slice(isForScreenshots ? 3 : 2),
  ],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
  },
);
if (!existsSync(file)) refuse('The specs could not be run: see above.');
const result = JSON.parse(readFileSync(file, 'utf8'));
const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
if (isForScreenshots) rmSync(file);
if (failed > 0) console.log(`\n${failuresOf(result).join('\n')}`);
console.log(`\n${result.numPassedTests} passed, ${failed} failed`);
process.exit(ok && failed === 0 && result.numPassedTests > 0 ? 0 : 1);
