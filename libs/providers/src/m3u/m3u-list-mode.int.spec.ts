import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { status } from '../http/scripted-server.fixture.js';
import type { ScopeEnd, ScopeMemory } from '../port.js';
import {
  client,
  fetchAll,
  FILE,
  host,
  makeClient,
  serve,
  startHost,
  stopHost,
} from './m3u-client.fixture.js';

beforeEach(startHost);
afterEach(stopHost);

const CHANGED = FILE.replace('One', 'Uno');

async function firstRun(): Promise<ScopeMemory> {
  const { end } = await fetchAll();
  return (end as Required<ScopeEnd>).memory;
}

const listRun = (memory: ScopeMemory, from = client) => fetchAll(from, { mode: 'list', memory });

/** Serves a body with headers; 304 to whoever brings any validator that is still right. */
function serveWith(headers: Record<string, string>, body: string): void {
  host.answer = (request, response: ServerResponse) => {
    const known =
      request.headers['if-none-match'] === undefined
        ? request.headers['if-modified-since'] === headers['last-modified'] && 'last-modified' in headers
        : request.headers['if-none-match'] === headers['etag'];
    response.writeHead(known ? 304 : 200, headers).end(known ? undefined : body);
  };
}

/** The validators of the last request. */
function sent(): { etag: string | undefined; since: string | undefined } {
  const headers = host.requests.at(-1)?.headers;
  return { etag: headers?.['if-none-match'], since: headers?.['if-modified-since'] };
}

describe('M3uClient: mode list', () => {
  it('hands out nothing of a playlist that is the same, and all of one that changed', async () => {
    const memory = await firstRun();
    const same = await listRun(memory);
    expect(same.pages).toEqual([]);
    expect(same.end).toMatchObject({ outcome: 'not-modified', expectedPages: 0, itemRows: 0, memory });
    serve(CHANGED);
    const changed = await listRun(memory);
    expect(changed).toEqual(await fetchAll());
    expect(changed.end).toMatchObject({ outcome: 'complete', itemRows: 2 });
    expect(changed.end.memory?.digest).not.toBe(memory.digest);
  });

  it('takes another login in it for no change', async () => {
    const memory = await firstRun();
    serve(FILE.replaceAll('s3cret', 'n3wer'));
    const moved = makeClient('/get.php?username=alice99&password=n3wer');
    const { end } = await listRun(memory, moved);
    await moved.close();
    expect(end.outcome).toBe('not-modified');
    expect(JSON.stringify(memory)).not.toMatch(/alice99|s3cret/);
  });

  it('asks with a strong ETag, and takes 304 for the end', async () => {
    serveWith({ etag: '"v1"' }, FILE);
    const memory = await firstRun();
    expect(sent()).toEqual({ etag: undefined, since: undefined });
    const { pages, end } = await listRun(memory);
    expect(sent()).toEqual({ etag: '"v1"', since: undefined });
    expect(pages).toEqual([]);
    expect(end).toMatchObject({ outcome: 'not-modified', memory });
    const full = await fetchAll(client, { mode: 'full', memory });
    expect(sent()).toEqual({ etag: undefined, since: undefined });
    expect(full.end).toMatchObject({ outcome: 'complete', itemRows: 2 });
    serveWith({ etag: '"v2"' }, CHANGED);
    expect((await listRun(memory)).end).toMatchObject({ outcome: 'complete', itemRows: 2 });
  });

  it.each([
    ['a weak ETag', { etag: 'W/"same"' }],
    ['a Last-Modified', { 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
  ])('is not taken in by %s that never changes', async (_name, headers) => {
    serveWith(headers, FILE);
    const memory = await firstRun();
    serveWith(headers, CHANGED);
    const changed = await listRun(memory);
    expect(changed.end.outcome).toBe('complete');
    serveWith(headers, FILE);
    expect((await listRun(changed.end.memory as ScopeMemory)).end.outcome).toBe('complete');
    for (const request of host.requests) {
      expect(request.headers).not.toHaveProperty('if-none-match');
      expect(request.headers).not.toHaveProperty('if-modified-since');
    }
  });

  it('asks with a Last-Modified that was seen to change together with the playlist', async () => {
    serveWith({ 'last-modified': 'Fri, 20 Nov 2026 00:00:00 GMT' }, FILE);
    const memory = await firstRun();
    serveWith({ 'last-modified': 'Sat, 21 Nov 2026 00:00:00 GMT' }, CHANGED);
    const changed = await listRun(memory);
    const { end } = await listRun(changed.end.memory as ScopeMemory);
    expect(sent().since).toBe('Sat, 21 Nov 2026 00:00:00 GMT');
    expect(end.outcome).toBe('not-modified');
  });

  it('remembers nothing of a cut playlist, nor of a stream, and does not know them again', async () => {
    serve(`${FILE}#EXTINF:-1,Three\n`);
    expect((await fetchAll()).end).not.toHaveProperty('memory');
    serve('#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nseg1.ts\n');
    const memory = await firstRun();
    expect(memory).not.toHaveProperty('digest');
    expect((await listRun(memory)).end).toMatchObject({ outcome: 'complete', itemRows: 1 });
  });

  it('fails on a 304 that nobody asked for', async () => {
    host.answer = status(304);
    await expect(fetchAll()).rejects.toMatchObject({ code: 'provider-bad-answer' });
  });
});
