import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, openBrowser, signedInPage } from './support/browser.js';
import { RunningSystem } from './support/running-system.js';

const DEMO_SIZE = 4_000;
/** So late the panel answers while a sync is looked at, ms: it lasts until it is cancelled. */
const SLOW_MS = 8_000;
/** A story takes seconds; on a machine that is busy with other work many of them. */
const WITHIN_MS = 300_000;
const PHONE_WIDTH = 375;

// Real: the whole built system, and a Chromium. The stories follow on each other.
describe('the dashboard', () => {
  let system: RunningSystem;
  let browser: Browser;
  let page: Page;
  const panel = async () => {
    const found = (await system.providers()).find(({ protocol }) => protocol === 'xtream');
    if (found === undefined) throw new Error('there is no demo panel');
    return found;
  };
  const card = (of: Page = page) => of.getByRole('article').filter({ hasText: 'Demo Xtream panel' });
  const isRemoved = async () => (await system.providers()).length === 0;

  beforeAll(async () => {
    [system, browser] = await Promise.all([RunningSystem.start(DEMO_SIZE), openBrowser()]);
  }, WITHIN_MS);
  afterAll(async () => {
    // What did not start is not there.
    await browser?.close();
    await system?.stop();
  }, WITHIN_MS);

  it('leads who is not signed in to the sign-in page, and back', async () => {
    const context = await browser.newContext({ baseURL: system.api });
    const stranger = await context.newPage();
    await stranger.goto('/system');
    await stranger.waitForURL('**/login?next=%2Fsystem');
    await stranger.getByRole('textbox', { name: 'API key' }).fill('csk_wrong_key');
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await stranger.getByRole('alert').waitFor();
    const { key } = await system.call<{ key: string }>('POST', '/api/keys', {
      name: 'Browser',
      scopes: ['admin'],
    });
    await stranger.getByRole('textbox', { name: 'API key' }).fill(key);
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await stranger.getByRole('heading', { name: 'System' }).waitFor();
    expect(new URL(stranger.url()).pathname).toBe('/system');
    await context.close();
  });

  it('signs in by a login link, whose token is gone from the address', async () => {
    page = await signedInPage(browser, system);
    await card().waitFor();
    expect(page.url()).not.toContain('token');
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it(
    'tells a newcomer what to do, and syncs the demo before their eyes',
    async () => {
      for (const { id } of await system.providers()) await system.call('DELETE', `/api/providers/${id}`);
      await page.getByRole('heading', { name: 'Welcome' }).waitFor();
      expect(await isRemoved()).toBe(true);
      await page.getByRole('button', { name: 'Try the demo provider' }).click();
      const bar = page.getByRole('progressbar');
      await bar.waitFor();
      const seen: number[] = [];
      const inSync = page.getByText('In sync');
      while (!(await inSync.isVisible())) {
        const value = await bar.getAttribute('aria-valuenow', { timeout: 1_000 }).catch(() => null);
        if (value !== null) seen.push(Number(value));
        await page.waitForTimeout(50);
      }
      expect(seen.length).toBeGreaterThan(0);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(Math.max(...seen)).toBeLessThan(95);
    },
    WITHIN_MS,
  );

  it('reads the compressed snapshot, joined from its segments, as one document', async () => {
    const path = `/api/providers/${(await panel()).id}/snapshot`;
    const plain = await fetch(system.api + path, {
      headers: { ...system.authorization, 'accept-encoding': 'identity' },
    });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const seen = await page.evaluate(async (url) => {
      const answer = await fetch(url);
      return { coding: answer.headers.get('content-encoding'), text: await answer.text() };
    }, path);
    expect(seen.coding).toBe('gzip');
    expect(seen.text === (await plain.text())).toBe(true);
  });

  it('plans syncs in words, with the next runs before it is saved', async () => {
    const tab = await page.context().newPage();
    await tab.goto(`/providers/${(await panel()).id}/schedules`);
    await tab.getByText('Next:').waitFor();
    await tab.getByRole('button', { name: 'Save the schedule' }).click();
    await tab.getByText(/^Planned: /).waitFor();
    const { schedules } = await system.call<{ schedules: { cron: string }[] }>(
      'GET',
      `/api/providers/${(await panel()).id}/schedules`,
    );
    expect(schedules.map(({ cron }) => cron)).toContain('0 */6 * * *');
    await tab.close();
  });

  it('shows what runs, and how far behind it is', async () => {
    const tab = await page.context().newPage();
    await tab.goto('/system');
    const replicas = tab.getByRole('table', { name: 'Replicas' });
    for (const service of ['fetcher', 'reconciler', 'snapshot', 'gateway', 'scheduler', 'notifier'])
      await replicas.getByRole('row').filter({ hasText: service }).filter({ hasText: 'MB' }).waitFor();
    for (const stream of ['CATALOGUE_PAGES', 'CATALOGUE_EVENTS', 'CATALOGUE_FACTS', 'DEAD_LETTERS'])
      expect(await tab.getByRole('heading', { name: stream }).isVisible()).toBe(true);
    await tab.close();
  });

  it(
    'tells what a day changed, with the fields before and after',
    async () => {
      await page.getByRole('button', { name: 'Simulate tomorrow' }).click();
      await page.getByRole('link', { name: 'History' }).click();
      await page.getByRole('link', { name: /^120 added, 50 updated, 30 removed/ }).click();
      await page.getByText(/^updated 50$/).click();
      await page
        .getByText(/Remaster 1/)
        .first()
        .click();
      const row = page.getByRole('row', { name: /^name / }).first();
      await row.waitFor();
      expect(await row.textContent()).toMatch(/Remaster 1/);
      await page.getByRole('textbox', { name: 'Search the changes that are shown' }).fill('no such name');
      await page.getByText('None of those that are loaded has this name.').waitFor();
      expect(new URL(page.url()).searchParams.get('q')).toBe('no such name');
    },
    WITHIN_MS,
  );

  it(
    'holds what an outage would remove, and loses nothing',
    async () => {
      const { id } = await panel();
      const before = await system.call<{ totals: object }>('GET', `/api/providers/${id}/sync`);
      await page.goto('/providers');
      await page.getByRole('button', { name: 'Simulate an outage' }).click();
      await card().getByText('Needs a decision').waitFor();
      await card()
        .getByRole('link', { name: /wait for your decision/ })
        .click();
      await page.getByRole('button', { name: /^Approve removal of 3,\d{3} items$/ }).waitFor();
      for (let left = await page.getByRole('button', { name: /^Reject/ }).count(); left > 0; left--) {
        await page
          .getByRole('button', { name: /^Reject/ })
          .first()
          .click();
        await page.waitForFunction(
          (n) =>
            [...document.querySelectorAll('button')].filter((b) => b.textContent?.startsWith('Reject'))
              .length < n,
          left,
        );
      }
      const after = await system.call<{ totals: object }>('GET', `/api/providers/${id}/sync`);
      expect(after.totals).toEqual(before.totals);
      await page.goto('/providers');
      await page.getByRole('button', { name: 'End the outage' }).click();
      await page.getByRole('button', { name: 'Simulate an outage' }).waitFor();
    },
    WITHIN_MS,
  );

  it(
    'shows a sync in every tab, through a reload and a restart of the gateway, until it is cancelled',
    async () => {
      await card().getByText('In sync').waitFor();
      await system.setLatency(SLOW_MS);
      const other = await page.context().newPage();
      await other.goto('/providers');
      await card(other)
        .getByRole('button', { name: /^Sync now/ })
        .waitFor();
      await card()
        .getByRole('button', { name: /^Sync now/ })
        .click();
      for (const tab of [page, other]) await card(tab).getByRole('progressbar').waitFor();

      await page.reload();
      await card()
        .getByRole('button', { name: /^Cancel the sync/ })
        .waitFor();
      const { activeJobId } = await system.call<{ activeJobId: string }>(
        'GET',
        `/api/providers/${(await panel()).id}`,
      );
      await system.restartGateway();
      await page.getByText('Live', { exact: true }).waitFor();
      await card().getByRole('progressbar').waitFor();

      await card()
        .getByRole('button', { name: /^Cancel the sync/ })
        .click();
      for (const tab of [page, other])
        await card(tab)
          .getByRole('button', { name: /^Sync now/ })
          .waitFor();
      await system.setLatency(0);
      const { lastJob } = await system.call<{ lastJob: { id: string; state: string } }>(
        'GET',
        `/api/providers/${(await panel()).id}/sync`,
      );
      expect(lastJob).toMatchObject({ id: activeJobId, state: 'cancelled' });
      await other.close();
    },
    WITHIN_MS,
  );

  it(
    'takes a pasted address apart, hides its password, and tests it',
    async () => {
      const { providers } = (await (await page.request.get('/api/demo')).json()) as {
        providers: { protocol: string; connection: Record<string, string> }[];
      };
      const demo = providers.find(({ protocol }) => protocol === 'xtream')?.connection ?? {};
      await page.goto('/add-provider');
      const pasted = `${demo.url}/get.php?username=${demo.username}&password=${demo.password}&type=m3u_plus`;
      await page.getByRole('textbox', { name: 'Paste one address' }).fill(pasted);
      expect(await page.getByRole('textbox', { name: 'Address', exact: true }).inputValue()).toBe(demo.url);
      expect(await page.getByRole('textbox', { name: 'User name' }).inputValue()).toBe(demo.username);
      expect(await page.getByRole('textbox', { name: 'Password' }).getAttribute('type')).toBe('password');
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.getByText('Counted').waitFor();
      await page.getByRole('textbox', { name: 'Address', exact: true }).fill('no address');
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.locator('[aria-invalid="true"]').waitFor();
      expect(await page.locator('[aria-invalid="true"]').count()).toBe(1);
    },
    WITHIN_MS,
  );

  it(
    'scrolls through the whole catalogue, and draws only what is seen',
    async () => {
      const { id } = await panel();
      await page.goto(`/providers/${id}/catalogue`);
      const list = page.getByRole('list', { name: 'Items' });
      await list.waitFor();
      const status = page.getByRole('status').filter({ hasText: / items/ });
      while ((await status.textContent())?.includes('so far')) {
        await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
        await page.waitForTimeout(20);
      }
      await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      expect(Number((await status.textContent())?.replaceAll(/\D/g, ''))).toBeGreaterThan(DEMO_SIZE);
      expect(await page.getByRole('listitem').count()).toBeLessThan(80);
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { level: 1 }).click();
      await page.keyboard.press('/');
      await page.keyboard.type('zzzzqq');
      await page.getByText(/No item is like that/).waitFor();
      await page.reload();
      await page.getByText(/No item is like that/).waitFor();
      expect(await page.getByRole('textbox', { name: 'Search' }).inputValue()).toBe('zzzzqq');
    },
    WITHIN_MS,
  );

  const PLACES = [
    '/providers',
    '/add-provider',
    '/system',
    '/providers/$id',
    '/providers/$id/history',
    '/providers/$id/history?view=table',
    '/providers/$id/catalogue',
    '/providers/$id/snapshots',
    '/providers/$id/removals',
    '/providers/$id/events',
    '/providers/$id/schedules',
    '/providers/$id/settings',
  ];
  const settled = async (of: Page) => {
    await of.getByRole('heading', { level: 1 }).waitFor();
    await of.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
  };

  it.each(['light', 'dark'] as const)(
    'has no serious fault for who cannot see it, in %s colours',
    async (colorScheme) => {
      const { id } = await panel();
      await page.emulateMedia({ colorScheme });
      const faults: string[] = [];
      for (const place of PLACES) {
        await page.goto(place.replace('$id', id));
        await settled(page);
        faults.push(...(await accessibilityFaults(page)).map((fault) => `${place}: ${fault}`));
      }
      expect(faults).toEqual([]);
    },
    WITHIN_MS,
  );

  it(
    'fits on a phone',
    async () => {
      const { id } = await panel();
      await page.setViewportSize({ width: PHONE_WIDTH, height: 720 });
      const wide: string[] = [];
      for (const place of PLACES) {
        await page.goto(place.replace('$id', id));
        await settled(page);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > PHONE_WIDTH) wide.push(`${place}: ${width}`);
      }
      expect(wide).toEqual([]);
    },
    WITHIN_MS,
  );
});
