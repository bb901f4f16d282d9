// `npm run contract`: writes the published contract anew (AsyncAPI document and JSON Schemas) from libs/contracts. With `--check` it writes
// nothing, and fails when the files are not what the code says. A folder may be named in place of docs/asyncapi.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contractFiles } from '../libs/contracts/dist/schema/contract-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = process.argv.slice(2);
const isCheck = names.includes('--check');
const folder = resolve(names.find((name) => !name.startsWith('--')) ?? join(root, 'docs/asyncapi'));

const files = new Map(contractFiles().map(({ path, text }) => [join(folder, path), text]));
const stale = [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path);
const surplus = listed(folder).filter((path) => path.endsWith('.json') && !files.has(path));

if (isCheck) {
  for (const path of [...stale, ...surplus]) console.error(`stale: ${path}`);
  if (stale.length + surplus.length > 0) {
    console.error('Run `npm run contract`, look at what changed, and commit it.');
    process.exit(1);
  }
} else {
  for (const path of surplus) rmSync(path);
  for (const path of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, files.get(path));
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function listed(below) {
  try {
    return readdirSync(below, { recursive: true }).map((path) => join(below, path));
  } catch {
    return [];
  }
}
