import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import {
  actions,
  client,
  fetchAll,
  never,
  openSpools,
  panel,
  spoolDir,
  startPanel,
  stopPanel,
} from './xtream-client.fixture.js';

beforeEach(startPanel);
afterEach(stopPanel);

describe('XtreamClient: spool and test', () => {
  it('leaves no file behind when its consumer leaves, or the fetch is cancelled', async () => {
    const generator = client.fetchScope('movie', { signal: never });
    await generator.next();
    expect(await openSpools()).toBe(1);
    await generator.return(undefined as never);
    expect(await openSpools()).toBe(0);
    expect(await readdir(spoolDir)).toEqual([]);

    actions['get_vod_streams'] = (_request, response) => void response.write('[{"stream_id":1},');
    const abort = new AbortController();
    const fetched = fetchAll(client, abort.signal).catch((error: unknown) => error);
    await waitFor(() => panel.asked.some((url) => url.includes('get_vod_streams')), {
      what: 'the list request',
    });
    abort.abort();
    expect(await fetched).toMatchObject({ code: ERROR_CODE.cancelled });
    await waitFor(() => panel.aborted === 1, { what: 'the socket to close' });
    expect(await openSpools()).toBe(0);
  });

  it('deletes what a dead process left, and keeps what a living one needs', async () => {
    const leftover = (pid: number) => `spool.${hostPart()}.${pid}.00000000.x.part`;
    // Process 1 lives, and is not ours.
    await writeFile(path.join(spoolDir, leftover(1)), 'alive');
    await writeFile(path.join(spoolDir, leftover(4_194_304)), 'dead');
    await writeFile(path.join(spoolDir, leftover(process.pid)), 'an earlier life');
    await writeFile(path.join(spoolDir, 'notes.txt'), 'mine');
    await fetchAll();
    expect((await readdir(spoolDir)).sort()).toEqual(['notes.txt', leftover(1)].sort());
    expect((await stat(spoolDir)).mode & 0o777).toBe(0o700);
    await rm(path.join(spoolDir, leftover(1)));
    await rm(path.join(spoolDir, 'notes.txt'));
  });

  it('tests a connection: reach, login, count, and keeps nothing', async () => {
    const report = await client.test(never);
    expect(report).toMatchObject({ ok: true, counts: { channel: 0, movie: 3, series: 0 } });
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['reach', true],
      ['login', true],
      ['count', true],
    ]);
  });

  it('starts again from ordinal 1 whatever it is told to resume after', async () => {
    const generator = client.fetchScope('movie', { signal: never, resumeAfterOrdinal: 7 });
    expect((await generator.next()).value).toMatchObject({ ordinal: 1, rowType: 'xtream-category' });
    await generator.return(undefined as never);
  });
});

function hostPart(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 40) || 'host'
  );
}
