import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

/** Text files get a packed copy beside them, which the gateway sends as it is. */
function packedCopies() {
  let folder = '';
  return {
    name: 'packed-copies',
    apply: 'build',
    configResolved: (config) => void (folder = config.build.outDir),
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true })) {
        const file = join(folder, entry);
        if (/\.(js|css|html|svg)$/.test(file))
          writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  resolve: { conditions: ['@catalogue-sync/source', 'module', 'browser', 'import', 'default'] },
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    target: 'es2023',
    manifest: true,
    rolldownOptions: {
      // Mantine marks its files for servers that render; here there is none.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  plugins: [packedCopies()],
  // `vite` alone serves the pages with a gateway that runs at its usual port behind them.
  server: { proxy: { '/api': 'http://127.0.0.1:3000', '/health': 'http://127.0.0.1:3000' } },
});
