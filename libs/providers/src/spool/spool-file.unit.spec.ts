import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SpoolFile } from './spool-file.js';

let dir: string;
beforeEach(async () => {
  dir = path.join(await mkdtemp(path.join(tmpdir(), 'spool-')), 'made', 'on demand');
});
afterEach(() => rm(path.join(dir, '..', '..'), { recursive: true }));

describe('SpoolFile', () => {
  it('gives back what was appended, in any chunks and any order of reading', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 2_000 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        fc.nat(),
        async (chunks, times, from, length) => {
          const spool = await SpoolFile.create(dir);
          try {
            // Repeating makes it long enough to be written in several goes.
            const parts = chunks.map((chunk) => Buffer.concat(Array.from({ length: times }, () => chunk)));
            for (const part of parts) await spool.append(part);
            await spool.flush();
            const whole = Buffer.concat(parts);
            expect(spool.size).toBe(whole.length);
            const start = from % (whole.length + 1);
            const end = Math.min(whole.length, start + (length % 100_000));
            expect((await spool.read(start, end)).equals(whole.subarray(start, end))).toBe(true);
          } finally {
            await spool.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('starts again when it is told to', async () => {
    const spool = await SpoolFile.create(dir);
    await spool.append(Buffer.alloc(2_000_000, 'x'));
    spool.reset();
    await spool.append(Buffer.from('again'));
    await spool.flush();
    expect(spool.size).toBe(5);
    expect((await spool.read(0, 100)).toString()).toBe('again');
    await spool.close();
  });

  it('has no name that could outlive it', async () => {
    const spool = await SpoolFile.create(dir);
    expect(await readdir(dir)).toEqual([]);
    await spool.close();
    await spool.close();
  });

  it('says when it cannot write', async () => {
    const spool = await SpoolFile.create(dir);
    await spool.close();
    void Promise.resolve(spool.append(Buffer.from('late'))).catch(() => undefined);
    await expect(spool.flush()).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('says so to who goes on appending, and holds nobody back before', async () => {
    const spool = await SpoolFile.create(dir);
    await spool.close();
    expect(spool.append(Buffer.alloc(600_000))).toBeUndefined();
    await spool.flush().catch(() => undefined);
    await expect(spool.append(Buffer.alloc(600_000))).rejects.toMatchObject({ code: 'EBADF' });
  });
});
