import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KNOWN_ITEMS, type Scope } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { json, status, type Answer } from '../http/scripted-server.fixture.js';
import type { FetchScopeOptions, ProviderClient, RowMemoryStore, ScopeEnd, ScopeMemory } from '../port.js';
import { parseRows } from '../rows/parse-rows.js';
import {
  actions,
  client,
  fetchAll,
  makeClient,
  movies,
  never,
  openSpools,
  panel,
  startPanel,
  stopPanel,
} from './xtream-client.fixture.js';

beforeEach(startPanel);
afterEach(stopPanel);

/** A run of mode `list` after one that left this behind. */
function listRun(memory: ScopeMemory | undefined, more: Partial<FetchScopeOptions> = {}) {
  return fetchAll(client, never, { mode: 'list', ...(memory === undefined ? {} : { memory }), ...more });
}

async function firstRun(): Promise<ScopeMemory> {
  const { end } = await fetchAll();
  return (end as Required<ScopeEnd>).memory;
}

/** Answers 304 to whoever brings the ETag. */
function withEtag(body: unknown, etag: string): Answer {
  return (request, response) => {
    const known = request.headers['if-none-match'] === etag;
    response.writeHead(known ? 304 : 200, { etag }).end(known ? undefined : JSON.stringify(body));
  };
}

describe('XtreamClient: mode list', () => {
  it('hands out nothing of a scope whose lists are the same, byte by byte', async () => {
    const memory = await firstRun();
    expect(memory.digest).toMatch(/^[0-9a-f]{16}$/);
    const { pages, end } = await listRun(memory);
    expect(pages).toEqual([]);
    expect(end).toEqual({
      outcome: 'not-modified',
      expectedPages: 0,
      itemRows: 0,
      categoriesComplete: true,
      memory,
    });
  });

  it('knows a list again however it is cut into chunks, packed or not', async () => {
    const body = JSON.stringify(movies(2_000));
    actions['get_vod_streams'] = (_request, response) => response.end(body);
    const memory = await firstRun();
    actions['get_vod_streams'] = (_request, response) => response.end(gzipSync(body));
    expect((await listRun(memory)).end.outcome).toBe('not-modified');
  });

  it.each([
    ['an item', 'get_vod_streams', movies(4)],
    ['a category', 'get_vod_categories', [{ category_id: '1', category_name: 'Comedy', parent_id: 0 }]],
  ])('hands out all when %s changed', async (_name, action, list) => {
    const memory = await firstRun();
    actions[action] = json(list);
    const listed = await listRun(memory);
    const full = await fetchAll();
    expect(listed).toEqual(full);
    expect(listed.end.outcome).toBe('complete');
    expect((await listRun(listed.end.memory)).end.outcome).toBe('not-modified');
  });

  it('hands out all without a memory, and with one that has no digest', async () => {
    const memory = await firstRun();
    for (const without of [undefined, { key: memory.key }]) {
      expect((await listRun(without)).end).toMatchObject({ outcome: 'complete', itemRows: 3 });
    }
  });

  it('remembers no digest of a run whose category list failed', async () => {
    const memory = await firstRun();
    actions['get_vod_categories'] = status(500);
    const { end, rows } = await listRun(memory);
    expect(rows).toHaveLength(3);
    expect(end).toMatchObject({ outcome: 'complete', categoriesComplete: false });
    expect(end.memory).toEqual({ key: memory.key });
  });

  it('asks again for a list that is cut, and hands out what came when it always is', async () => {
    const memory = await firstRun();
    const body = JSON.stringify(movies(500));
    let asked = 0;
    actions['get_vod_streams'] = (_request, response) =>
      response.end(++asked < 3 ? body.slice(0, 9_000) : body);
    const healed = await listRun(memory);
    expect(asked).toBe(3);
    expect(healed.end).toMatchObject({ outcome: 'complete', itemRows: 500 });
    // Of the whole list alone, not of the cut ones before it.
    expect((await listRun(healed.end.memory)).end.outcome).toBe('not-modified');

    actions['get_vod_streams'] = (_request, response) => response.end(body.slice(0, 9_000));
    const cut = await listRun(memory);
    expect(cut.rows.length).toBeGreaterThan(100);
    expect(cut.end).toMatchObject({ outcome: 'incomplete', itemRows: cut.rows.length });
    expect(cut.end).not.toHaveProperty('memory');
  });

  it('hands out what came before the connection broke', async () => {
    const memory = await firstRun();
    const body = JSON.stringify(movies(500));
    actions['get_vod_streams'] = (request, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.slice(0, 9_000), () => request.socket.destroy());
    };
    const { end, rows } = await listRun(memory);
    expect(rows.length).toBeGreaterThan(100);
    expect(end.outcome).toBe('incomplete');
  });

  it('does not take a list for whole that Content-Length cuts short', async () => {
    const body = JSON.stringify(movies(500));
    actions['get_vod_streams'] = (request, response) => {
      const head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length - 500}\r\n\r\n`;
      request.socket.end(head + body);
      response.destroy();
    };
    expect((await fetchAll()).end.outcome).toBe('incomplete');
  });

  it('sends validators where they were sent, and spares the item list at 304', async () => {
    actions['get_vod_streams'] = withEtag(movies(3), '"v1"');
    const memory = await firstRun();
    const { end } = await listRun(memory);
    expect(end).toMatchObject({ outcome: 'not-modified', memory });
    expect(panel.requests.at(-1)?.headers['if-none-match']).toBe('"v1"');
    const headers = panel.requests.slice(0, -1).map((request) => request.headers);
    for (const sent of headers) expect(sent).not.toHaveProperty('if-none-match');

    await fetchAll(client, never, { mode: 'full', memory });
    expect(panel.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
  });

  it('does not let a 304 of the items hide that the categories changed', async () => {
    actions['get_vod_streams'] = withEtag(movies(3), '"v1"');
    const memory = await firstRun();
    actions['get_vod_categories'] = json([]);
    const { end, rows } = await listRun(memory);
    expect(end.outcome).toBe('complete');
    expect(rows).toHaveLength(3);
  });
});

describe('XtreamClient: a list whose rows are known', () => {
  const LISTED = 12_000;
  /** Whether a list changed is known after its first MiB. */
  const PLOT = 'A long story. '.repeat(20);
  let learning: ProviderClient;
  let memory: ScopeMemory;

  beforeEach(async () => {
    // So that nothing but the test ends what hangs.
    learning = makeClient({ idleTimeoutMs: 60_000 }, { rowMemory: new KeptRows() });
    actions['get_vod_streams'] = json(movies(LISTED, PLOT));
    memory = (await fetchAll(learning)).end.memory as ScopeMemory;
  });
  afterEach(() => learning.close());

  /** A list in which two films have another plot. */
  const edited = (second = 9_000) =>
    movies(LISTED, PLOT).map((row, id) => (id === 5 || id === second ? { ...row, plot: 'Another.' } : row));
  const listed = () => fetchAll(learning, never, { mode: 'list', memory });

  it('hands out the ids of the rows that it knows while the list still arrives', async () => {
    const body = JSON.stringify(edited());
    const { promise: idsCame, resolve } = Promise.withResolvers<void>();
    actions['get_vod_streams'] = (_request, response) => {
      response.write(body.slice(0, body.length - 100));
      void idsCame.then(() => response.end(body.slice(body.length - 100)));
    };
    const generator = learning.fetchScope('movie', { signal: never, mode: 'list', memory });
    const types: string[] = [];
    let ids = 0;
    for (let next = await generator.next(); next.done !== true; next = await generator.next()) {
      types.push(next.value.rowType);
      if (next.value.rowType === KNOWN_ITEMS) ids += next.value.rowCount;
      if (ids >= 5_000) resolve();
    }
    expect(types).toEqual(['xtream-category', KNOWN_ITEMS, KNOWN_ITEMS, 'xtream-movie', KNOWN_ITEMS]);
    expect(ids).toBe(LISTED - 2);
  });

  it('closes a download that is under way when its consumer leaves', async () => {
    const body = JSON.stringify(edited());
    let closed = false;
    actions['get_vod_streams'] = (_request, response) => {
      response.on('close', () => (closed = true)).write(body.slice(0, body.length - 100));
    };
    const generator = learning.fetchScope('movie', { signal: never, mode: 'list', memory });
    for (let next = await generator.next(); next.done !== true; next = await generator.next())
      if (next.value.rowType === KNOWN_ITEMS) break;
    await generator.return(undefined as never);
    await waitFor(() => closed);
    expect(await openSpools()).toBe(0);
  });

  it('repeats a download that broke off without handing out an id again', async () => {
    const body = JSON.stringify(edited());
    let tries = 0;
    actions['get_vod_streams'] = (_request, response) =>
      response.end(++tries === 1 ? body.slice(0, -100) : body);
    const { end, pages, rows } = await listed();
    expect(end).toMatchObject({ outcome: 'complete', itemRows: LISTED });
    const ids = pages
      .filter(({ rowType }) => rowType === KNOWN_ITEMS)
      .flatMap(({ rows: page }) => parseRows(page.toString()));
    expect([tries, ids.length, new Set(ids).size, rows.length]).toEqual([2, LISTED - 2, LISTED - 2, 2]);
    memory = end.memory as ScopeMemory;
    expect((await listed()).end.outcome).toBe('not-modified');
  });

  it.each([
    ['has a row that was handed out as known in another form', () => JSON.stringify(edited(50))],
    ['is the one of the run before', () => JSON.stringify(movies(LISTED, PLOT))],
  ])('is incomplete when the list of a repeated download %s', async (_name, again) => {
    let tries = 0;
    actions['get_vod_streams'] = (_request, response) =>
      response.end(++tries === 1 ? JSON.stringify(edited()).slice(0, -100) : again());
    const { end, pages } = await listed();
    expect(end).toMatchObject({ outcome: 'incomplete', expectedPages: pages.length });
    expect(end.reason).toMatch(/another when its download was repeated/);
    expect(end).not.toHaveProperty('memory');
  });
});

class KeptRows implements RowMemoryStore {
  private readonly kept = new Map<string, Buffer>();

  load(scope: Scope, digest: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.kept.get(`${scope} ${digest}`));
  }

  save(scope: Scope, digest: string, rows: Buffer): Promise<void> {
    this.kept.set(`${scope} ${digest}`, rows);
    return Promise.resolve();
  }
}
