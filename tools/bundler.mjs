// How the services and the packages of specs are bundled: for Node, whole, and so that every module still runs once and in the order in which Node would run it.
import { isBuiltin } from 'node:module';
import { rolldown } from 'rolldown';

/**
 * Bundles each of `entries` (a file by the name of its bundle) into `<folder>/<name>.mjs`; what several have in common stands in chunks beside them.
 * Nothing is left out: decorators and registries work by what modules do when they are loaded.
 */
export async function writeBundles(entries, folder, plugins = []) {
  const bundle = await rolldown({
    input: entries,
    platform: 'node',
    external: isBuiltin,
    treeshake: false,
    plugins: [nestsNatsClient, ...plugins],
    // What a package would take if it were there, such as another transport.
    onLog: () => undefined,
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    strictExecutionOrder: true,
    // Nest, MikroORM and logs tell of classes by their names.
    keepNames: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: 'shared-[hash].mjs',
  });
}

const HIDDEN = `createRequire(import.meta.url)('@nats-io/transport-node')`;

/** Nest asks for the NATS client in a way that no bundler sees, and would have its files loaded beside the bundled ones. */
const nestsNatsClient = {
  name: 'nests-nats-client',
  transform(code, id) {
    if (!id.replaceAll('\\', '/').endsWith('@nestjs/microservices/client/client-nats.js')) return undefined;
    if (!code.includes(HIDDEN))
      throw new Error(`${id} loads its NATS client in another way than before: see tools/bundler.mjs.`);
    return `import * as natsClient from '@nats-io/transport-node';\n${code.replace(HIDDEN, 'natsClient')}`;
  },
};
