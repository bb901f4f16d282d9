import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PROVIDER_SETTINGS,
  ERROR_CODE,
  KNOWN_ITEMS,
  isCategoryRowType,
  MAX_PAGE_BYTES,
  type CatalogueItem,
  type ItemKind,
  type Protocol,
  type ProviderConnection,
  type ProviderSettings,
  type Scope,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { createProviderClient } from './create-provider-client.js';
import type {
  FetchedPage,
  FetchScopeOptions,
  ProviderClient,
  ProviderClientDeps,
  ScopeEnd,
  ScopeMemory,
} from './port.js';
import { mapRow } from './rows/map-row.js';
import { parseRows } from './rows/parse-rows.js';
import { SimulatorProcess, type SimulatedCatalogue } from './simulator-process.fixture.js';

/** What the contract needs to know of an implementation. */
export interface ContractSubject {
  /** How the simulator makes the catalogue. */
  catalogue: { profile: 'genuine' | 'panel' };
  connection(catalogue: SimulatedCatalogue): ProviderConnection;
  /** What `open` promises, and the kinds that each scope lists. */
  scopes: Partial<Record<Scope, ItemKind[]>>;
  /** A long scope, and the action that asks for its items. */
  longScope: Scope;
  longAction: string;
}

const never = new AbortController().signal;
const ACCOUNT = { username: 'ann@home', password: 'p&ss #1', mac: '00:1A:79:0A:0B:0C' };
/** The secrets in every spelling that a provider of the simulator uses. */
const SECRETS = /ann@home|ann%40home|p&ss|p%26ss|00:1A:79:0A|00%3A1A%3A79/i;

interface FetchedScope {
  pages: FetchedPage[];
  end: ScopeEnd;
  items: Map<string, CatalogueItem>;
  categories: Set<string>;
  rejected: string[];
}

/** The promises of the port, on the provider simulator: every implementation keeps them. */
export function describeProviderClient(title: string, subject: ContractSubject): void {
  describe(`${title} as a provider client`, () => {
    const name = title.toLowerCase().replace(/[^a-z0-9]/g, '');
    const scopes = Object.keys(subject.scopes) as Scope[];
    const longKinds = subject.scopes[subject.longScope] ?? [];
    let simulator: SimulatorProcess;
    let catalogue: SimulatedCatalogue;
    let spoolDir: string;
    let client: ProviderClient;

    const makeClient = (
      settings: Partial<ProviderSettings> = {},
      deps: Partial<ProviderClientDeps> = {},
    ): ProviderClient => {
      const connection = subject.connection(catalogue);
      return createProviderClient(
        connection,
        {
          ...DEFAULT_PROVIDER_SETTINGS[connection.protocol],
          requestsPerSecond: 10_000,
          parallelRequests: 4,
          idleTimeoutMs: 1_000,
          ...settings,
        },
        {
          spoolDir,
          retry: { baseMs: 2, laterBaseMs: 2 },
          ...deps,
        },
      );
    };

    beforeAll(async () => {
      simulator = await SimulatorProcess.start();
    });
    afterAll(() => simulator.stop());

    beforeEach(async () => {
      spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
      const size = { movies: 700, series: 90, channels: 120, vodCategories: 9, liveCategories: 5 };
      catalogue = await simulator.create(name, { seed: 7, account: ACCOUNT, ...size, ...subject.catalogue });
      await simulator.clear(name);
      client = makeClient();
    });
    afterEach(async () => {
      await client.close();
      // Fails when anything is left in it.
      await rmdir(spoolDir);
    });

    const fault = (effect: { type: string; [option: string]: unknown }, times = 1) =>
      simulator.fault(name, { match: { action: subject.longAction }, times, effect });

    it('opens with its scopes', async () => {
      const opened = await client.open(never);
      expect(opened.scopes).toEqual(scopes);
      expect(JSON.stringify(opened)).not.toMatch(SECRETS);
    });

    it('opens again with the endpoint that it found', async () => {
      const { endpoint } = await client.open(never);
      const again = makeClient({}, endpoint === undefined ? {} : { endpoint });
      expect((await again.open(never)).scopes).toEqual(scopes);
      await again.close();
    });

    it.each(scopes)(
      'fetches the scope %s whole: every item once in effect, and nothing else',
      async (scope) => {
        await client.open(never);
        const { pages, end, items, categories, rejected } = await fetchScope(client, scope);
        expect(end).toMatchObject({
          outcome: 'complete',
          categoriesComplete: true,
          expectedPages: pages.length,
        });
        expect(rejected).toEqual([]);
        const expected = await Promise.all(
          (subject.scopes[scope] ?? []).map((kind) => simulator.expected(name, kind)),
        );
        expect([...items.keys()].sort()).toEqual(expected.flat().sort());
        expect(end.itemRows).toBeGreaterThanOrEqual(items.size);
        for (const item of items.values()) {
          expect(item.name).not.toMatch(/^Untitled/);
          for (const id of item.categoryIds) expect([...categories]).toContain(id);
        }
        expect([...items.values()].some(({ categoryIds }) => categoryIds.length > 0)).toBe(true);
      },
    );

    it.each(scopes)('numbers the pages of the scope %s without gaps and keeps them small', async (scope) => {
      await client.open(never);
      const { pages, end } = await fetchScope(client, scope);
      expect(pages.map(({ ordinal }) => ordinal)).toEqual(pages.map((_, index) => index + 1));
      for (const page of pages) {
        expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
        expect(parseRows(page.rows.toString())).toHaveLength(page.rowCount);
      }
      const itemPages = pages.filter(({ rowType }) => !isCategoryRowType(rowType));
      expect(itemPages.reduce((rows, { rowCount }) => rows + rowCount, 0)).toBe(end.itemRows);
    });

    it('lets no secret out, and gives the same items again', async () => {
      await client.open(never);
      const first = await fetchScope(client, subject.longScope);
      const again = makeClient();
      await again.open(never);
      const second = await fetchScope(again, subject.longScope);
      await again.close();
      expect(second.items).toEqual(first.items);
      for (const page of first.pages) expect(page.rows.toString()).not.toMatch(SECRETS);
    });

    it('follows the catalogue from one day to the next', async () => {
      await client.open(never);
      const before = await fetchScope(client, subject.longScope);
      const { added, removed } = await simulator.tomorrow(name, { add: 30, edit: 20, remove: 25, move: 10 });
      const after = await fetchScope(client, subject.longScope);
      const ours = (ids: string[]) =>
        ids.filter((id) => longKinds.some((kind) => id.startsWith(`${kind}:`))).sort();
      const difference = (a: FetchedScope, b: FetchedScope) =>
        [...a.items.keys()].filter((id) => !b.items.has(id)).sort();
      expect(difference(after, before)).toEqual(ours(added));
      expect(difference(before, after)).toEqual(ours(removed));
      expect(ours(added).length + ours(removed).length).toBeGreaterThan(0);
    });

    it.each(scopes)('in mode list, hands out the scope %s only if it cannot know it again', async (scope) => {
      await client.open(never);
      const full = await fetchScope(client, scope);
      const listed = await fetchScope(client, scope, { mode: 'list', memory: stored(full.end) });
      const known = comesInOneBody(subject.connection(catalogue).protocol, scope);
      const again = await fetchScope(client, scope, { mode: 'list', memory: stored(listed.end) });
      const expected = known
        ? { outcome: 'not-modified', expectedPages: 0, itemRows: 0, categoriesComplete: true }
        : { outcome: 'complete', itemRows: full.end.itemRows, categoriesComplete: true };
      for (const run of [listed, again]) {
        expect(run.end).toMatchObject(expected);
        expect(run.pages).toHaveLength(known ? 0 : full.pages.length);
        expect(run.items).toEqual(known ? new Map() : full.items);
      }
    });

    it('in mode list, hands out all of a list that changed', async () => {
      await client.open(never);
      const scope = subject.longScope;
      const memory = stored((await fetchScope(client, scope)).end);
      await simulator.tomorrow(name, { edit: 1 });
      const listed = await fetchScope(client, scope, { mode: 'list', memory });
      const full = await fetchScope(client, scope);
      expect(listed.end.outcome).toBe('complete');
      expect(listed.items).toEqual(full.items);
      expect(stored(listed.end).digest).toBe(stored(full.end).digest);
    });

    it('reads all where the memory is of another address or mapper, and in mode full whatever it remembers', async () => {
      await client.open(never);
      const scope = subject.longScope;
      const first = await fetchScope(client, scope);
      const memory = stored(first.end);
      const strange = await fetchScope(client, scope, {
        mode: 'list',
        memory: { ...memory, key: `${memory.key}?` },
      });
      const full = await fetchScope(client, scope, { mode: 'full', memory });
      for (const { end, items } of [strange, full]) {
        expect(end.outcome).toBe('complete');
        expect(items).toEqual(first.items);
      }
      expect(JSON.stringify(memory)).not.toMatch(SECRETS);
    });

    it('asks nothing before a rest is over, and says until when and why', async () => {
      const coolDownUntil = Date.now() + 3_600_000;
      const access = { authFailures: 3, coolDownUntil, coolDownReason: '3 logins in a row were refused.' };
      const resting = makeClient({}, { access });
      const failure: unknown = await resting
        .open(never)
        .then(() => fetchScope(resting, subject.longScope))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: ERROR_CODE.providerCoolingDown });
      expect(String(failure)).toContain(new Date(coolDownUntil).toISOString());
      expect(String(failure)).toContain(access.coolDownReason);
      expect(resting.access()).toMatchObject(access);
      await resting.close();
      expect((await simulator.ledger(name)).requests).toBe(0);
    });

    it.each([
      ['a 503', { type: 'status', code: 503 }],
      ['a 500', { type: 'status', code: 500 }],
      ['a 429 with Retry-After', { type: 'rate-limit', retryAfter: '1' }],
      ['a reset', { type: 'reset' }],
      ['silence', { type: 'timeout' }],
      ['a cut body', { type: 'cut', afterBytes: 300 }],
      ['an empty body', { type: 'empty' }],
    ])('gets over %s', async (_name, effect) => {
      await client.open(never);
      await simulator.clear(name);
      await fault(effect);
      const { end, items } = await fetchScope(client, subject.longScope);
      expect(end.outcome).toBe('complete');
      expect(items.size).toBeGreaterThan(0);
    });

    it.each([
      ['a web page', { type: 'html' }, ERROR_CODE.providerRefused],
      ['a word', { type: 'text', body: 'Blocked' }, ERROR_CODE.providerRefused],
      ['403', { type: 'status', code: 403 }, ERROR_CODE.providerRefused],
      ['884', { type: 'status', code: 884 }, ERROR_CODE.providerRefused],
      ['nothing but 429', { type: 'rate-limit' }, ERROR_CODE.providerRateLimited],
      ['nothing but 502', { type: 'status', code: 502 }, ERROR_CODE.providerBadAnswer],
    ])('fails on %s with a code and no secret', async (_name, effect, code) => {
      await client.open(never);
      await fault(effect, 1_000);
      const failure: unknown = await fetchScope(client, subject.longScope).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code });
      expect(String(failure) + JSON.stringify(failure)).not.toMatch(SECRETS);
    });

    it('cancels at once, down to the socket', async () => {
      await client.open(never);
      await client.close();
      client = makeClient({ idleTimeoutMs: 60_000 });
      await client.open(never);
      await simulator.clear(name);
      await fault({ type: 'timeout' }, 1_000);
      const abort = new AbortController();
      const fetched = fetchScope(client, subject.longScope, { signal: abort.signal }).catch(
        (error: unknown) => error,
      );
      await waitFor(async () => (await simulator.ledger(name)).parallelNow > 0, {
        what: 'the request that hangs',
      });
      abort.abort();
      expect(await fetched).toMatchObject({ code: ERROR_CODE.cancelled });
      await waitFor(async () => (await simulator.ledger(name)).parallelNow === 0, {
        what: 'the socket to close',
      });
    });

    it('lets its consumer leave after any page', async () => {
      await client.open(never);
      const generator = client.fetchScope(subject.longScope, { signal: never });
      await generator.next();
      await generator.return(undefined as never);
      expect((await fetchScope(client, subject.longScope)).end.outcome).toBe('complete');
    });

    it('keeps to the bounds of the provider', async () => {
      const polite = makeClient({ parallelRequests: 2, requestsPerSecond: 60 });
      await polite.open(never);
      await fetchScope(polite, subject.longScope);
      await polite.close();
      const ledger = await simulator.ledger(name);
      expect(ledger.parallelPeak).toBeLessThanOrEqual(2);
      // Starts are evenly spaced; on the wire two may come a little closer.
      expect(ledger.requestsPerSecondPeak).toBeLessThanOrEqual(66);
    });

    it('tests its connection: reach, login, count', async () => {
      const report = await client.test(never);
      expect(report).toMatchObject({ ok: true });
      expect(report.steps.map(({ name: step, ok }) => [step, ok])).toEqual([
        ['reach', true],
        ['login', true],
        ['count', true],
      ]);
      const counted = Object.values(report.counts ?? {}).reduce((sum, count) => sum + count, 0);
      const { movies, series, channels } = catalogue.totals;
      expect(counted).toBeGreaterThanOrEqual(movies + series + channels);
      expect(JSON.stringify(report)).not.toMatch(SECRETS);
    });

    it('tells a test what is wrong', async () => {
      await simulator.fault(name, { effect: { type: 'status', code: 403 } });
      await expect(client.test(never)).resolves.toMatchObject({
        ok: false,
        error: { code: ERROR_CODE.providerRefused },
      });
    });
  });
}

/** Mode `list` knows such a scope again when nothing changed; what a portal lists page by page it fetches as `full` does. */
function comesInOneBody(protocol: Protocol, scope: Scope): boolean {
  return protocol !== 'stalker' || scope === 'live';
}

/** What a run left behind, as it comes back from a store. */
function stored({ memory }: ScopeEnd): ScopeMemory {
  expect(memory).toBeDefined();
  return JSON.parse(JSON.stringify(memory)) as ScopeMemory;
}

async function fetchScope(
  client: ProviderClient,
  scope: Scope,
  options: Partial<FetchScopeOptions> = {},
): Promise<FetchedScope> {
  const fetched: Omit<FetchedScope, 'end'> = {
    pages: [],
    items: new Map(),
    categories: new Set(),
    rejected: [],
  };
  const generator = client.fetchScope(scope, { signal: never, ...options });
  for (;;) {
    const next = await generator.next();
    if (next.done) return { ...fetched, end: next.value };
    fetched.pages.push(next.value);
    const { rowType, rows } = next.value;
    if (rowType === KNOWN_ITEMS) throw new Error('ids came in place of rows, though nothing was remembered');
    for (const row of parseRows(rows.toString())) {
      const mapped = mapRow(rowType, row, { scope, now: Date.now() });
      if (mapped.type === 'rejected') fetched.rejected.push(mapped.reason);
      else if (mapped.type === 'category') fetched.categories.add(mapped.category.id);
      else if (!fetched.items.has(mapped.item.id)) fetched.items.set(mapped.item.id, mapped.item);
    }
  }
}
