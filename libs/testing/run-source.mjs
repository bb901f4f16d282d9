// Lets Node run the workspace's TypeScript as it stands, decorators included: a process that a test can kill needs no build.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundlesByName } from '../../tools/spec-deps/bundled.mjs';

const configFile = fileURLToPath(new URL('../../.swcrc', import.meta.url));
/** What was transformed once, by what it came from: tests start the same services again and again. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/run-source/', import.meta.url));
const config = readFileSync(configFile);
mkdirSync(cache, { recursive: true });
enableCompileCache(`${cache}compiled`);

const bundles = bundlesByName();

registerHooks({
  resolve(specifier, context, next) {
    const bundle = bundles.get(specifier);
    if (bundle !== undefined)
      return { url: pathToFileURL(bundle).href, format: 'module', shortCircuit: true };
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return next(`${specifier.slice(0, -3)}.ts`, context);
    }
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    return { format: 'module', shortCircuit: true, source: transformed(filename) };
  },
});

function transformed(filename) {
  const text = readFileSync(filename);
  const key = createHash('sha256').update(config).update(filename).update('\0').update(text).digest('hex');
  const file = `${cache}${key}.js`;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const { transformSync } = createRequire(import.meta.url)('@swc/core');
    const { code } = transformSync(text.toString('utf8'), { filename, configFile, sourceMaps: 'inline' });
    // Under its name only when it is whole: several processes write at once.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
    return code;
  }
}
