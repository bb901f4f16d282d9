import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PROVIDER_SETTINGS,
  KNOWN_ITEMS,
  isCategoryRowType,
  type Scope,
} from '@catalogue-sync/contracts';
import { fingerprintItem } from '@catalogue-sync/catalogue';
import { createProviderClient } from '../create-provider-client.js';
import { LOOPBACK } from '../http/loopback.fixture.js';
import type { FetchScopeOptions, PageVerdict, ProviderClient, ScopeEnd, ScopeMemory } from '../port.js';
import { mapRow } from '../rows/map-row.js';
import { parseRows } from '../rows/parse-rows.js';
import { SimulatorProcess, type SimulatedCatalogue } from '../simulator-process.fixture.js';
import { NewestAdded } from './added.js';
import { memoryKey } from './scope-memory.js';

const never = new AbortController().signal;
const NAME = 'head';
const AS_IT_IS = 'as it is';

let simulator: SimulatorProcess;
let spoolDir: string;
const clients: ProviderClient[] = [];

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await rmdir(spoolDir);
});

async function openClient({ account, urls }: SimulatedCatalogue, parallel = 4): Promise<ProviderClient> {
  const client = createProviderClient(
    { protocol: 'stalker', url: urls.stalker, mac: account.mac },
    { ...DEFAULT_PROVIDER_SETTINGS.stalker, requestsPerSecond: 10_000, parallelRequests: parallel },
    { spoolDir, allowedPrivateHosts: LOOPBACK, retry: { baseMs: 2, laterBaseMs: 2 } },
  );
  clients.push(client);
  await client.open(never);
  return client;
}

/** Knows items by their fingerprints, as the reconciler does, and judges pages by them. */
class Reconciler {
  readonly items = new Map<string, string>();
  private readonly verdicts = new Map<number, PageVerdict>();

  async run(
    client: ProviderClient,
    scope: Scope,
    options: Partial<FetchScopeOptions> = {},
    onPage: (ordinal: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<ScopeEnd> {
    this.verdicts.clear();
    const judge = (ordinal: number) =>
      Promise.resolve(this.verdicts.get(ordinal) ?? Promise.reject(new Error(`Page ${ordinal} never came.`)));
    const pages = client.fetchScope(scope, { signal: never, judge, ...options });
    for (;;) {
      const next = await pages.next();
      if (next.done) return next.value;
      const { ordinal, rowType, rows } = next.value;
      let changed = 0;
      if (rowType === KNOWN_ITEMS) throw new Error('a portal’s pages hold rows');
      for (const row of isCategoryRowType(rowType) ? [] : parseRows(rows.toString())) {
        const mapped = mapRow(rowType, row, { scope, now: Date.now() });
        if (mapped.type === 'item' && this.learn(mapped.item.id, fingerprintItem(mapped.item))) changed++;
      }
      this.verdicts.set(ordinal, { changed });
      await onPage(ordinal);
    }
  }

  /** Takes items for known as they are. */
  believe(ids: readonly string[]): void {
    for (const id of ids) this.items.set(id, AS_IT_IS);
  }

  private learn(id: string, fingerprint: Buffer): boolean {
    const print = fingerprint.toString('hex');
    const known = this.items.get(id);
    const isNews = known !== print && known !== AS_IT_IS;
    this.items.set(id, print);
    return isNews;
  }
}

async function missing(known: Reconciler, kinds: ('movie' | 'series')[]): Promise<string[]> {
  const expected = await Promise.all(kinds.map((kind) => simulator.expected(NAME, kind)));
  return expected.flat().filter((id) => !known.items.has(id));
}

/** What a complete run would have left behind, at the price of one page. */
async function memoryOfPage1(catalogue: SimulatedCatalogue): Promise<ScopeMemory> {
  const client = await openClient(catalogue);
  const { endpoint = '' } = await client.open(never);
  const { account, urls } = catalogue;
  const newest = new NewestAdded(Date.now(), undefined);
  for await (const { rowType, rows } of client.fetchScope('vod', { signal: never })) {
    if (rowType !== 'stalker-vod') continue;
    newest.raise(parseRows(rows.toString()));
    break;
  }
  const key = memoryKey(new URL(endpoint), { protocol: 'stalker', url: urls.stalker, mac: account.mac });
  return { key, totalExcess: 0, ...(newest.value === undefined ? {} : { frontier: newest.value }) };
}

/** Requests since the ledger was cleared, by action. */
async function requests(): Promise<Record<string, number>> {
  const ledger = await simulator.ledger(NAME);
  return (ledger as unknown as { requestsByAction: Record<string, number> }).requestsByAction;
}

const FAMILIES = [
  { profile: 'genuine', scopes: { vod: ['movie', 'series'] } },
  { profile: 'panel', scopes: { vod: ['movie'], series: ['series'] } },
] as const;

describe('mode head on the simulator', () => {
  it.each(FAMILIES)('follows a $profile portal from day to day', async ({ profile, scopes }) => {
    const sizes = { movies: 1_500, series: 400, channels: 30, seed: 11 };
    const catalogue = await simulator.create(NAME, { ...sizes, profile });
    for (const [scope, kinds] of Object.entries(scopes)) {
      const known = new Reconciler();
      let end = await known.run(await openClient(catalogue), scope as Scope);
      expect(end).toMatchObject({ outcome: 'complete', memory: { totalExcess: 0 } });
      for (const add of [0, 30, 250, 1]) {
        const before = end.memory;
        if (add > 0) await simulator.tomorrow(NAME, { add });
        await simulator.clear(NAME);
        end = await known.run(await openClient(catalogue), scope as Scope, {
          mode: 'head',
          ...(before === undefined ? {} : { memory: before }),
        });
        expect(await missing(known, [...kinds])).toEqual([]);
        expect({ add, ...end }).toMatchObject({ add, outcome: 'complete', memory: { totalExcess: 0 } });
        expect(end.memory?.frontier ?? 0).toBeGreaterThanOrEqual(before?.frontier ?? Infinity);
        expect(end.declaredTotal).toBe([...known.items].length);
      }
    }
  });

  it('finds 50 new items among 83,183 with 20 pages, one by name, and page 1 again', async () => {
    const catalogue = await simulator.create(NAME, { seed: 5, channels: 0 });
    const known = new Reconciler();
    for (const kind of ['movie', 'series'] as const) known.believe(await simulator.expected(NAME, kind));
    expect(known.items.size).toBe(83_183);
    const memory = await memoryOfPage1(catalogue);
    await simulator.tomorrow(NAME, { add: 50 });
    await simulator.clear(NAME);
    const end = await known.run(await openClient(catalogue), 'vod', { mode: 'head', memory });
    expect(end).toMatchObject({ outcome: 'complete', declaredTotal: 83_233, memory: { totalExcess: 0 } });
    expect(end.memory?.frontier).toBeGreaterThan(memory.frontier ?? Infinity);
    expect(await missing(known, ['movie', 'series'])).toEqual([]);
    const asked = await requests();
    expect(asked['stalker vod.get_ordered_list']).toBe(20 + 1 + 1);
    expect(asked['stalker series.get_ordered_list']).toBe(1);
    expect(asked['stalker vod.get_categories']).toBe(1);
  });

  it('hides nothing when the list changes between its batches', async () => {
    const catalogue = await simulator.create(NAME, { movies: 1_500, series: 400, channels: 0, seed: 12 });
    const known = new Reconciler();
    const full = await known.run(await openClient(catalogue), 'vod');
    await simulator.tomorrow(NAME, { add: 60 });
    const memory = full.memory === undefined ? {} : { memory: full.memory };
    const end = await known.run(
      await openClient(catalogue),
      'vod',
      { mode: 'head', ...memory },
      async (ordinal) => {
        if (ordinal === 2) await simulator.tomorrow(NAME, { add: 25, remove: 40 });
      },
    );
    expect(end.outcome).toBe('complete');
    expect(await missing(known, ['movie', 'series'])).toEqual([]);
  });

  it('hides nothing when a run died after its first page and another one goes on', async () => {
    const catalogue = await simulator.create(NAME, { movies: 1_500, series: 400, channels: 0, seed: 13 });
    const known = new Reconciler();
    const { memory } = await known.run(await openClient(catalogue), 'vod');
    const options = { mode: 'head', ...(memory === undefined ? {} : { memory }) } as const;
    await simulator.tomorrow(NAME, { add: 300 });
    const dies = known.run(await openClient(catalogue), 'vod', options, (ordinal) =>
      ordinal === 2 ? Promise.reject(new Error('died')) : Promise.resolve(),
    );
    await expect(dies).rejects.toThrow('died');
    const ordinals: number[] = [];
    const end = await known.run(
      await openClient(catalogue),
      'vod',
      { ...options, resumeAfterOrdinal: 2 },
      (ordinal) => Promise.resolve(void ordinals.push(ordinal)),
    );
    expect(end).toMatchObject({ outcome: 'complete', expectedPages: ordinals.at(-1) });
    expect(ordinals).toEqual(ordinals.map((_, index) => index + 3));
    expect(await missing(known, ['movie', 'series'])).toEqual([]);
  });
});
