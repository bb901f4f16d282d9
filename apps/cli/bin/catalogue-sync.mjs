#!/usr/bin/env node
// The command line as `npx catalogue-sync`. Under a Node that is too old it hands over to the one that npm brought; builds once.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = [22, 17];
const FAILED = 1;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const entry = join(root, 'apps/cli/dist/main.js');

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function refuse(message) {
  console.error(message);
  process.exit(FAILED);
}

function nodeToUse() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const [system, file] = process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'node'];
  const brought = join(root, 'node_modules', `node-${system}-${process.arch}`, 'bin', file);
  if (existsSync(brought)) return brought;
  return refuse(
    `catalogue-sync needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. Run "npm ci" in ${root}, or install a newer one: https://nodejs.org`,
  );
}

function build(node) {
  const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
  if (!existsSync(nx))
    refuse(`Nothing is built, and the build tools are not installed. Run "npm ci" in ${root} first.`);
  console.error('Building (once, some seconds) …');
  const { status, stdout, stderr } = spawnSync(node, [nx, 'run-many', '-t', 'build'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' },
  });
  if (status !== 0) refuse(`The build failed:\n${stdout}${stderr}`);
}

const node = nodeToUse();
if (!existsSync(entry)) build(node);
if (node === process.execPath) {
  await import(pathToFileURL(entry).href);
} else {
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child as well; a plain `kill` reaches only us.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? FAILED) : FAILED));
}
