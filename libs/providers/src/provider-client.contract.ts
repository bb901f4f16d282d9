import { describe, expect, it } from '@jest/globals';
import { ERROR_CODE, isCategoryRowType, MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import {
  fetchScope,
  never,
  ProviderStage,
  SECRETS,
  type ContractSubject,
  type FetchedScope,
} from './provider-stage.contract.js';
import { describeFailures } from './provider-failures.contract.js';
import { describeMemory } from './provider-memory.contract.js';
import { parseRows } from './rows/parse-rows.js';

/** The promises of the port, on the provider simulator: every implementation keeps them. */
export function describeProviderClient(title: string, subject: ContractSubject): void {
  describe(`${title} as a provider client`, () => {
    const stage = new ProviderStage(title.toLowerCase().replace(/[^a-z0-9]/g, ''), subject);
    const longKinds = subject.scopes[subject.longScope] ?? [];

    it('opens with its scopes', async () => {
      const opened = await stage.client.open(never);
      expect(opened.scopes).toEqual(stage.scopes);
      expect(JSON.stringify(opened)).not.toMatch(SECRETS);
    });

    it('opens again with the endpoint that it found', async () => {
      const { endpoint } = await stage.client.open(never);
      const again = stage.makeClient({}, endpoint === undefined ? {} : { endpoint });
      expect((await again.open(never)).scopes).toEqual(stage.scopes);
      await again.close();
    });

    it.each(stage.scopes)(
      'fetches the scope %s whole: every item once in effect, and nothing else',
      async (scope) => {
        await stage.client.open(never);
        const { pages, end, items, categories, rejected } = await fetchScope(stage.client, scope);
        expect(end).toMatchObject({
          outcome: 'complete',
          categoriesComplete: true,
          expectedPages: pages.length,
        });
        expect(rejected).toEqual([]);
        const expected = await Promise.all(
          (subject.scopes[scope] ?? []).map((kind) => stage.simulator.expected(stage.name, kind)),
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

    it.each(stage.scopes)(
      'numbers the pages of the scope %s without gaps and keeps them small',
      async (scope) => {
        await stage.client.open(never);
        const { pages, end } = await fetchScope(stage.client, scope);
        expect(pages.map(({ ordinal }) => ordinal)).toEqual(pages.map((_, index) => index + 1));
        for (const page of pages) {
          expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
          expect(parseRows(page.rows.toString())).toHaveLength(page.rowCount);
        }
        const itemPages = pages.filter(({ rowType }) => !isCategoryRowType(rowType));
        expect(itemPages.reduce((rows, { rowCount }) => rows + rowCount, 0)).toBe(end.itemRows);
      },
    );

    it('lets no secret out, and gives the same items again', async () => {
      await stage.client.open(never);
      const first = await fetchScope(stage.client, subject.longScope);
      const again = stage.makeClient();
      await again.open(never);
      const second = await fetchScope(again, subject.longScope);
      await again.close();
      expect(second.items).toEqual(first.items);
      for (const page of first.pages) expect(page.rows.toString()).not.toMatch(SECRETS);
    });

    it('follows the catalogue from one day to the next', async () => {
      await stage.client.open(never);
      const before = await fetchScope(stage.client, subject.longScope);
      const { added, removed } = await stage.simulator.tomorrow(stage.name, {
        add: 30,
        edit: 20,
        remove: 25,
        move: 10,
      });
      const after = await fetchScope(stage.client, subject.longScope);
      const ours = (ids: string[]) =>
        ids.filter((id) => longKinds.some((kind) => id.startsWith(`${kind}:`))).sort();
      const difference = (a: FetchedScope, b: FetchedScope) =>
        [...a.items.keys()].filter((id) => !b.items.has(id)).sort();
      expect(difference(after, before)).toEqual(ours(added));
      expect(difference(before, after)).toEqual(ours(removed));
      expect(ours(added).length + ours(removed).length).toBeGreaterThan(0);
    });

    it('asks nothing before a rest is over, and says until when and why', async () => {
      const coolDownUntil = Date.now() + 3_600_000;
      const access = { authFailures: 3, coolDownUntil, coolDownReason: '3 logins in a row were refused.' };
      const resting = stage.makeClient({}, { access });
      const failure: unknown = await resting
        .open(never)
        .then(() => fetchScope(resting, subject.longScope))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: ERROR_CODE.providerCoolingDown });
      expect(String(failure)).toContain(new Date(coolDownUntil).toISOString());
      expect(String(failure)).toContain(access.coolDownReason);
      expect(resting.access()).toMatchObject(access);
      await resting.close();
      expect((await stage.simulator.ledger(stage.name)).requests).toBe(0);
    });

    it('lets its consumer leave after any page', async () => {
      await stage.client.open(never);
      const generator = stage.client.fetchScope(subject.longScope, { signal: never });
      await generator.next();
      await generator.return(undefined as never);
      expect((await fetchScope(stage.client, subject.longScope)).end.outcome).toBe('complete');
    });

    it('keeps to the bounds of the provider', async () => {
      const polite = stage.makeClient({ parallelRequests: 2, requestsPerSecond: 60 });
      await polite.open(never);
      await fetchScope(polite, subject.longScope);
      await polite.close();
      const ledger = await stage.simulator.ledger(stage.name);
      expect(ledger.parallelPeak).toBeLessThanOrEqual(2);
      // Starts are evenly spaced; on the wire two may come a little closer.
      expect(ledger.requestsPerSecondPeak).toBeLessThanOrEqual(66);
    });

    it('tests its connection: reach, login, count', async () => {
      const report = await stage.client.test(never);
      expect(report).toMatchObject({ ok: true });
      expect(report.steps.map(({ name: step, ok }) => [step, ok])).toEqual([
        ['reach', true],
        ['login', true],
        ['count', true],
      ]);
      const counted = Object.values(report.counts ?? {}).reduce((sum, count) => sum + count, 0);
      const { movies, series, channels } = stage.catalogue.totals;
      expect(counted).toBeGreaterThanOrEqual(movies + series + channels);
      expect(JSON.stringify(report)).not.toMatch(SECRETS);
    });

    it('tells a test what is wrong', async () => {
      await stage.simulator.fault(stage.name, { effect: { type: 'status', code: 403 } });
      await expect(stage.client.test(never)).resolves.toMatchObject({
        ok: false,
        error: { code: ERROR_CODE.providerRefused },
      });
    });

    describeFailures(stage, subject);
    describeMemory(stage, subject);
  });
}
