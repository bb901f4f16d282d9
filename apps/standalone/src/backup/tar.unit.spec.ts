import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTar, tarFile, TarError } from './tar.js';

const END = Buffer.alloc(1024);

async function* cut(archive: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let i = 0; at < archive.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    yield archive.subarray(at, at + size);
    at += size;
  }
}

async function unpack(archive: Buffer, sizes: readonly number[] = [512]): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { entry, content } of readTar(cut(archive, sizes))) {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(part);
    files[entry.name] = Buffer.concat(parts).toString('latin1');
  }
  return files;
}

describe('tar', () => {
  it('gives back what was put in, however it is cut', async () => {
    const files = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,20}(\/[a-z]{1,9})?$/),
      fc.uint8Array({ maxLength: 2000 }),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(files, sizes, async (given, cuts) => {
        const entries = Object.entries(given).map(([name, bytes]) => [name, Buffer.from(bytes)] as const);
        const archive = Buffer.concat([...entries.map(([name, bytes]) => tarFile(name, bytes, 0o600)), END]);
        const expected = Object.fromEntries(entries.map(([name, bytes]) => [name, bytes.toString('latin1')]));
        expect(await unpack(archive, cuts)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('is what other programs read', () => {
    const archive = Buffer.concat([tarFile('a/b.txt', Buffer.from('hello'), 0o600), END]);
    const { stdout } = spawnSync('tar', ['-xOf', '-', 'a/b.txt'], { input: archive });
    expect(stdout.toString()).toBe('hello');
  });

  it('tells an archive that was cut off or changed', async () => {
    const file = tarFile('name', Buffer.from('x'.repeat(600)), 0o600);
    await expect(unpack(file)).rejects.toThrow(TarError);
    await expect(unpack(file.subarray(0, 700))).rejects.toThrow(/cut off/);
    const changed = Buffer.from(file);
    changed.write('other', 0);
    await expect(unpack(Buffer.concat([changed, END]))).rejects.toThrow(/does not add up/);
  });

  it.each(['../outside', 'a/../../b', '/absolute', 'a/..'])(
    'refuses a name that leaves its folder: %s',
    async (name) => {
      await expect(unpack(Buffer.concat([tarFile(name, Buffer.alloc(0), 0o600), END]))).rejects.toThrow(
        /not safe/,
      );
    },
  );
});
