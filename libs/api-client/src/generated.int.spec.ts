import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');
const source = import.meta.dirname;

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return new Map(files.map((file, i) => [file.slice(folder.length + 1), texts[i] ?? ''] as const));
}

let fresh: string;
beforeAll(async () => {
  fresh = await mkdtemp(join(tmpdir(), 'api-client-'));
  await promisify(execFile)(process.execPath, [join(root, 'tools/api-client.mjs'), fresh], { cwd: root });
});
afterAll(() => rm(fresh, { recursive: true }));

it('the committed client is made from the committed OpenAPI file: `npm run api-client` writes it anew', async () => {
  const committed = await filesBelow(join(source, 'generated'));
  const expected = await filesBelow(fresh);
  expect(new Set(committed.keys())).toEqual(new Set(expected.keys()));
  for (const [name, text] of expected) expect({ name, text: committed.get(name) }).toEqual({ name, text });
});

it('runs in a browser: nothing of Node is imported', async () => {
  const imported = [...(await filesBelow(source))]
    .filter(([name]) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap(([, text]) => [...text.matchAll(/(?:from|import) '([^']+)'/g)].map((match) => match[1]));
  const foreign = imported.filter((name) => name !== undefined && !name.startsWith('.'));
  expect(imported.length).toBeGreaterThan(10);
  expect([...new Set(foreign)]).toEqual(['eventsource-parser/stream']);
});
