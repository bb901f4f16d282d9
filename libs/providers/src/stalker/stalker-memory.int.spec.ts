import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ScopeMemory } from '../port.js';
import { NEWEST } from './scripted-portal.fixture.js';
import {
  fetchAll,
  makeClient,
  memoryKeyOf,
  portal,
  startPortal,
  stopPortal,
} from './stalker-client.fixture.js';

beforeEach(startPortal);
afterEach(stopPortal);

/** A judge that knows every row. */
const judge = () => Promise.resolve({ changed: 0 });

describe('the memory of channels', () => {
  let nowPlaying = 0;
  let channels: Record<string, unknown>[];
  let genres: unknown;

  beforeEach(() => {
    channels = [1, 2, 3].map((id) => ({ id: String(id), name: `Channel ${id}`, tv_genre_id: '1' }));
    genres = [{ id: '1', title: 'News' }];
    portal.override = (params, request) => {
      if (request.headers.authorization !== `Bearer ${portal.token}`) return undefined;
      if (params['action'] === 'get_genres') return { js: genres };
      if (params['action'] !== 'get_all_channels') return undefined;
      // What is on now, and links of this session: another body every time.
      nowPlaying++;
      const data = channels.map((row) => ({
        ...row,
        cur_playing: `Programme ${nowPlaying}`,
        cmd: `ffmpeg http://h/${String(row['id'])}.ts?token=${portal.token}${nowPlaying}`,
      }));
      return { js: { total_items: data.length, data } };
    };
  });

  const firstRun = async (): Promise<ScopeMemory> => {
    const { end } = await fetchAll(makeClient(), 'live');
    return end.memory as ScopeMemory;
  };

  it('ends a run in mode list when genres and channels are what they were', async () => {
    const memory = await firstRun();
    const { pages, end } = await fetchAll(makeClient(), 'live', { mode: 'list', memory });
    expect(pages).toEqual([]);
    expect(end).toEqual({
      outcome: 'not-modified',
      expectedPages: 0,
      itemRows: 0,
      declaredTotal: 3,
      categoriesComplete: true,
      memory,
    });
  });

  it.each([
    ['a channel has another name', () => (channels[1] = { ...channels[1], name: 'Other' })],
    ['a channel came', () => channels.push({ id: '4', name: 'Channel 4' })],
    ['a channel went', () => channels.pop()],
    ['a channel moved to another genre', () => (channels[1] = { ...channels[1], tv_genre_id: '2' })],
    ['a genre has another name', () => (genres = [{ id: '1', title: 'Sport' }])],
    ['a row lost its id', () => (channels[2] = { name: 'Channel 3' })],
  ])('hands everything out when %s', async (_name, change) => {
    const memory = await firstRun();
    change();
    const { pages, end } = await fetchAll(makeClient(), 'live', { mode: 'list', memory });
    expect(pages).toHaveLength(2);
    expect(end.outcome).toBe('complete');
    expect(end.memory?.digest).not.toBe(memory.digest);
  });

  it('counts for nothing in mode full, under another language, and without digest', async () => {
    const memory = await firstRun();
    const { digest: _digest, ...bare } = memory;
    const runs = await Promise.all([
      fetchAll(makeClient(), 'live', { mode: 'full', memory }),
      fetchAll(makeClient(), 'live', { mode: 'list', memory: bare }),
      fetchAll(makeClient(), 'live', { mode: 'list' }),
    ]);
    runs.push(await fetchAll(makeClient({ language: 'fr' }), 'live', { mode: 'list', memory }));
    for (const { pages, end } of runs) {
      expect(pages).toHaveLength(2);
      expect(end.outcome).toBe('complete');
    }
  });

  it('has no digest where the genres did not arrive', async () => {
    genres = { error: 'limit' };
    const { end } = await fetchAll(makeClient(), 'live');
    expect(end).toMatchObject({
      outcome: 'complete',
      categoriesComplete: false,
      memory: { key: memoryKeyOf() },
    });
    expect(end.memory?.digest).toBeUndefined();
  });
});

describe('the memory of titles', () => {
  it('says when a portal ignores the sort order, in mode head', async () => {
    const { end: full } = await fetchAll(makeClient());
    const { pages, end } = await fetchAll(makeClient(), 'vod', {
      mode: 'head',
      judge,
      ...(full.memory === undefined ? {} : { memory: full.memory }),
    });
    expect(pages).toHaveLength(1);
    expect(end).toMatchObject({ outcome: 'incomplete', declaredTotal: 300, expectedPages: 1, itemRows: 0 });
    expect(end.fullNeeded).toContain('The portal ignores the sort order');
    expect(end.memory).toBeUndefined();
  });

  it.each([
    ['without a memory', () => ({ judge })],
    ['without a frontier', () => ({ judge, memory: { key: memoryKeyOf() } })],
    ['with another key', () => ({ judge, memory: { key: 'other', frontier: 1_780_000_000_000 } })],
    ['with a frontier in the future', () => ({ judge, memory: { key: memoryKeyOf(), frontier: 4e12 } })],
    ['without a judge', () => ({ memory: { key: memoryKeyOf(), frontier: 1_780_000_000_000 } })],
  ])('is needed by mode head, which reads everything %s', async (_name, options) => {
    const { ids, end } = await fetchAll(makeClient(), 'vod', { mode: 'head', ...options() });
    expect(ids).toHaveLength(300);
    expect(end).toMatchObject({ outcome: 'complete', memory: { key: memoryKeyOf(), totalExcess: 0 } });
  });

  it('has every page of a batch judged, where one portal page makes several', async () => {
    portal.pageSize = 150;
    portal.rows = portal.rows.flatMap((row) => [row, { ...row, id: `${String(row['id'])}:2` }]);
    portal.override = (params, request) =>
      params['sortby'] === 'name' && request.headers.authorization === `Bearer ${portal.token}`
        ? { js: { ...portal.page(1), data: portal.rows.toReversed().slice(0, 150) } }
        : undefined;
    const judged: number[] = [];
    const { end } = await fetchAll(makeClient(), 'vod', {
      mode: 'head',
      memory: { key: memoryKeyOf(), frontier: NEWEST + 1 },
      judge: (ordinal) => Promise.resolve({ changed: judged.push(ordinal) === 1 ? 1 : 0 }),
    });
    // Ordinal 1 has the categories. The first part of the first batch had news, the second batch none.
    expect(judged).toEqual([2, 3, 4, 5]);
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 300, expectedPages: 5 });
  });

  it('does not make a list a head that is no longer than a batch', async () => {
    portal.rows = portal.rows.slice(0, 140);
    const memory = { key: memoryKeyOf(), frontier: 1_780_000_000_000, totalExcess: 0 };
    const { ids, end } = await fetchAll(makeClient(), 'vod', { mode: 'head', memory, judge });
    expect(ids).toHaveLength(140);
    expect(end).toMatchObject({ outcome: 'complete', memory: { totalExcess: 0 } });
  });

  it('carries what the total is off by from run to run', async () => {
    const hidden = new Set(['250', '100', '99']);
    portal.override = (params, request) => {
      if (params['action'] !== 'get_ordered_list') return undefined;
      if (request.headers.authorization !== `Bearer ${portal.token}`) return undefined;
      const page = portal.page(Number(params['p']));
      const data = (page['data'] as { id: string }[]).filter(({ id }) => !hidden.has(id));
      return { js: { ...page, data } };
    };
    const first = await fetchAll(makeClient());
    expect(first.end).toMatchObject({ outcome: 'complete', itemRows: 297, memory: { totalExcess: 3 } });
    const memory = first.end.memory as ScopeMemory;
    expect((await fetchAll(makeClient(), 'vod', { memory })).end).toMatchObject({
      outcome: 'complete',
      memory,
    });
    hidden.add('42');
    const third = await fetchAll(makeClient(), 'vod', { memory });
    expect(third.end).toMatchObject({ outcome: 'drifted', memory: { ...memory, totalExcess: 4 } });
  });
});
