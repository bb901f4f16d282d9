import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';

/** A page's first script must have come before anything shows; bytes, packed. */
const MOST_INITIAL_BYTES = 250_000;
const FIRST_PAGE = 'src/providers/providers-page.tsx';

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

it('needs at most 250 kB of script before the first page shows', () => {
  const dist = join(import.meta.dirname, '..', 'dist');
  const manifest = join(dist, '.vite', 'manifest.json');
  // It measures what was built: `nx test` builds first.
  if (!existsSync(manifest)) throw new Error('The dashboard is not built: run "npm run build".');
  const chunks = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Chunk>;
  const needed = new Set<string>();
  const take = (name: string) => {
    const chunk = chunks[name];
    if (chunk === undefined || needed.has(chunk.file)) return;
    needed.add(chunk.file);
    chunk.imports?.forEach(take);
  };
  take('index.html');
  take(FIRST_PAGE);
  expect(needed.size).toBeGreaterThan(1);
  const bytes = [...needed].map((file) => gzipSync(readFileSync(join(dist, file))).length);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_INITIAL_BYTES);
});
