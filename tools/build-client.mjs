// Builds libs/client so that it can be published: its code and types, and beside them in dist/contracts those of libs/contracts, which is private.
// `#contracts` in its package.json points there (docs/adr/0016).
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const client = fileURLToPath(new URL('../libs/client/', import.meta.url));
const contracts = fileURLToPath(new URL('../libs/contracts/', import.meta.url));
const sources = readdirSync(`${contracts}src`).filter((name) => /^[a-z-]+\.ts$/.test(name));

rmSync(`${client}dist`, { recursive: true, force: true });
const compile = [
  '--strip-leading-paths',
  '--quiet',
  '--config-file',
  '../../.swcrc',
  '--ignore',
  '**/*.spec.ts',
];
run('swc', [...sources.map((name) => `src/${name}`), '-d', `${client}dist/contracts`, ...compile], contracts);
run('swc', ['src', '-d', 'dist', ...compile], client);
// Types of contracts first: those of the client are made with them in place.
const declarations = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '--rootDir', 'src'];
const strict = [
  '--strict',
  '--target',
  'es2024',
  '--module',
  'nodenext',
  '--types',
  'node',
  '--skipLibCheck',
  '--ignoreConfig',
];
run('tsc', [...strict, ...declarations, '--outDir', `${client}dist/contracts`, 'src/index.ts'], contracts);
run('tsc', ['-p', 'tsconfig.types.json'], client);

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
