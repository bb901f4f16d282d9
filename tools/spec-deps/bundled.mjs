// Where the bundled packages of specs are, and which they are.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/spec-deps');

/** The bundles' folder: another one for other packages, or other ways to bundle them. */
export function bundlesFolder() {
  const key = createHash('sha256');
  for (const file of ['package-lock.json', 'tools/bundler.mjs', 'tools/spec-deps/bundle.mjs'])
    key.update(readFileSync(join(ROOT, file)));
  return join(CACHE, key.digest('hex').slice(0, 16));
}

/** The bundle of each package, by its name. None when they were not made: each package's own files are loaded then, which takes longer. */
export function bundlesByName() {
  const folder = bundlesFolder();
  const index = join(folder, 'index.json');
  if (!existsSync(index)) return new Map();
  const files = Object.entries(JSON.parse(readFileSync(index, 'utf8')));
  return new Map(files.map(([name, file]) => [name, join(folder, file)]));
}

/** Jest's `moduleNameMapper` to the bundles. */
export function mapToBundles() {
  return Object.fromEntries(
    [...bundlesByName()].map(([name, file]) => [`^${name.replaceAll('.', String.raw`\.`)}$`, file]),
  );
}
