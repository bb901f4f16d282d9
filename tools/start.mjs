// `npm start`: builds what changed, then runs apps/standalone with the given arguments. Says nothing unless something fails.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const OLDEST_NODE = [22, 17];

/** Signals that reach only us (a plain `kill`) are passed on. A terminal's Ctrl-C reaches both; standalone takes the two for one. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function refuse(message) {
  console.error(message);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isNewEnough) return;
  refuse(
    `catalogue-sync needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n` +
      'On Linux and Windows "npm ci" brings a Node 24 of its own: run it, then "npm start" (not "node tools/start.mjs").\n' +
      'Elsewhere install a newer one: https://nodejs.org, or "brew install node@24".',
  );
}

/** Nx repeats only what a change touched. Where it is not installed (`npm ci --omit=dev`), what was built must do. */
function build(entry) {
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  if (!existsSync(nx)) {
    if (existsSync(entry)) return;
    refuse('Nothing is built, and the build tools are not installed. Run "npm ci" in this folder first.');
  }
  if (!existsSync(entry)) console.error('Building (once, some seconds) …');
  const result = spawnSync(process.execPath, [nx, 'run-many', '-t', 'build'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' },
  });
  if (result.status === 0) return;
  if (result.signal) process.exit(1);
  refuse(`The build failed:\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`);
}

checkNode();
const entry = join(root, 'apps', 'standalone', 'dist', 'main.js');
// Help needs no fresh build.
if (!(existsSync(entry) && (args.includes('--help') || args.includes('-h')))) build(entry);

// The IPC channel tells standalone when we are killed.
const child = spawn(process.execPath, [entry, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
child.on('error', (error) => refuse(`Could not start: ${error.message}`));
child.on('exit', (code) => process.exit(code ?? 1));
