import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@catalogue-sync/testing';
import { openSpoolFiles } from '../../fixtures/open-spool-files.js';
import { SpoolFile } from './spool-file.js';

const directory = mkdtempSync(join(tmpdir(), 'spool-file-'));
afterAll(() => rmSync(directory, { recursive: true }));

const bytes = (length: number, seed: number) => Buffer.alloc(length, seed);

describe('SpoolFile', () => {
  it('lets readers follow the writer, each from the start', async () => {
    const file = await SpoolFile.create(directory);
    const early = buffer(file.reader());
    await file.append(bytes(300_000, 1));
    const middle = buffer(file.reader());
    await file.append(bytes(10, 2));
    file.complete();
    const late = buffer(file.reader());

    const whole = Buffer.concat([bytes(300_000, 1), bytes(10, 2)]);
    for (const read of await Promise.all([early, middle, late])) expect(read.equals(whole)).toBe(true);
    file.retire();
  });

  it('has no name that could stay behind', async () => {
    const file = await SpoolFile.create(directory);
    await file.append(bytes(10, 1));
    expect(readdirSync(directory)).toEqual([]);
    file.complete();
    file.retire();
  });

  it('says that it is the disk that takes no more', async () => {
    const full = Reflect.construct(SpoolFile, [await open('/dev/full', 'r+')]) as SpoolFile;
    await expect(full.append(bytes(10, 1))).rejects.toMatchObject({
      code: 'service-unavailable',
      message: expect.stringMatching(/disk \(ENOSPC\).*SNAPSHOT_CACHE_DIR/),
    });
    await expect(SpoolFile.create(join(directory, 'gone'))).rejects.toMatchObject({
      code: 'service-unavailable',
      message: expect.stringContaining('(ENOENT)'),
    });
    full.fail(new Error('full'));
    full.retire();
  });

  it('is ready with the first byte, and not before', async () => {
    const file = await SpoolFile.create(directory);
    let ready = false;
    const waiting = file.ready().then(() => (ready = true));
    await setImmediate();
    expect(ready).toBe(false);
    await file.append(bytes(1, 1));
    await waiting;
    file.complete();
    file.retire();
  });

  it('hands the failure to those who wait and to those who read', async () => {
    const file = await SpoolFile.create(directory);
    const ready = file.ready();
    file.fail(new Error('database gone'));
    file.retire();
    await expect(ready).rejects.toThrow('database gone');

    const other = await SpoolFile.create(directory);
    await other.append(bytes(10, 1));
    const reading = buffer(other.reader());
    other.fail(new Error('database gone'));
    await expect(reading).rejects.toThrow('database gone');
    other.retire();
  });

  it('stays open for a reader under way after it was retired, and takes no other', async () => {
    const file = await SpoolFile.create(directory);
    await file.append(bytes(1_000_000, 3));
    file.complete();
    const reader = file.reader();
    file.retire();
    expect(() => file.reader()).toThrow('closed');
    expect(openSpoolFiles()).toBe(1);
    expect((await buffer(reader)).length).toBe(1_000_000);
    await waitFor(() => openSpoolFiles() === 0, { timeoutMs: 2_000, what: 'the file to be closed' });
    // Still referred to: it was closed, and not collected.
    expect(file.isRetired).toBe(true);
  });

  it('gives up a reader that is destroyed while it waits for the writer', async () => {
    const file = await SpoolFile.create(directory);
    const reader = file.reader().resume();
    await setImmediate();
    const closed = new Promise((resolve) => reader.once('close', resolve));
    reader.destroy();
    await closed;
    file.complete();
    file.retire();
    expect(reader.destroyed).toBe(true);
  });
});
