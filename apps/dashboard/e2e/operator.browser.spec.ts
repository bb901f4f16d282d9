import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebhookReceiver, waitFor } from '@catalogue-sync/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, signedInPage } from './support/browser.js';
import { RunningSystem } from './support/running-system.js';

const SMALL = { movies: 300, series: 30, channels: 10 };
/** A story takes seconds; on a machine that is busy with other work many of them. */
const WITHIN_MS = 300_000;

// Real: the whole built system, a Chromium, and a server that takes webhooks. The stories stand by themselves.
describe('an operator', () => {
  let system: RunningSystem;
  let browser: Browser;
  let page: Page;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    [system, browser, receiver] = await Promise.all([
      RunningSystem.start(100),
      openBrowser(),
      WebhookReceiver.start(),
    ]);
    page = await signedInPage(browser, system);
  }, WITHIN_MS);
  afterAll(async () => {
    // What did not start is not there.
    await browser?.close();
    await system?.stop();
    await receiver?.stop();
  }, WITHIN_MS);

  it(
    'adds a webhook, tests it, reads what became of its messages, sends one again, and gives it another secret',
    async () => {
      const at = () => receiver.at('/browser');
      const shownSecret = () => page.getByText(/^whsec_/).textContent();
      await page.goto('/system');
      const address = page.getByRole('textbox', { name: 'Address of a new webhook' });
      const add = page.getByRole('button', { name: 'Add the webhook' });
      await address.fill('ftp://hooks.example');
      await add.click();
      await page.locator('[aria-invalid="true"]').waitFor();
      await address.fill(`${receiver.url}/browser`);
      await add.click();
      await page.getByText('Keep this secret: it is not shown again').waitFor();
      const first = (await shownSecret()) ?? '';
      receiver.secrets.set('/browser', first);

      const test = page.getByRole('button', { name: 'Test', exact: true });
      await test.click();
      await page.getByText('The test message was taken.').waitFor();
      receiver.answers.set('/browser', [503]);
      await test.click();
      await page.getByText('Not taken: The receiver answered 503.').waitFor();
      expect(at()).toMatchObject([
        { signed: true, body: { type: 'webhook.test' } },
        { signed: true, body: { type: 'webhook.test' } },
      ]);

      await page.getByRole('button', { name: 'Deliveries' }).click();
      const rows = page.getByRole('table', { name: 'Deliveries' }).locator('tbody tr');
      await rows.nth(1).waitFor();
      expect(await rows.allTextContents()).toEqual([
        expect.stringMatching(/^webhook\.test.*failed, 1 try.*503/),
        expect.stringMatching(/^webhook\.test.*delivered, 1 try/),
      ]);
      await rows.nth(0).getByRole('button', { name: 'Send again' }).click();
      await rows.nth(0).getByText('delivered, 1 try').waitFor();
      expect(at().map(({ id }) => id)).toEqual([at()[0]?.id, at()[1]?.id, at()[1]?.id]);

      await page.getByRole('button', { name: 'New secret' }).click();
      await page.waitForFunction((old) => !document.body.textContent?.includes(old), first);
      const second = (await shownSecret()) ?? '';
      for (const secret of [first, second]) {
        receiver.secrets.set('/browser', secret);
        const before = at().length;
        await test.click();
        await waitFor(() => at().length > before, { what: 'a test message' });
        expect(at().at(-1)).toMatchObject({ signed: true, signatures: 2 });
      }
    },
    WITHIN_MS,
  );

  it(
    'gives apps an older version of the snapshot, and the newest again',
    async () => {
      const { id } = await system.addPanel('restored', SMALL);
      const served = async () => {
        const path = `/api/providers/${id}/snapshot`;
        const { snapshotVersion, movies, pinned } = await system.call<{
          snapshotVersion: number;
          movies: unknown[];
          pinned?: boolean;
        }>('GET', path);
        return { snapshotVersion, movies: movies.length, pinned: pinned === true };
      };
      const first = await served();
      await system.control('POST', 'restored/tomorrow', {
        add: 7,
        edit: 0,
        remove: 0,
        move: 0,
        kinds: ['movie'],
      });
      await system.sync(id);
      const second = await served();
      expect(second).toEqual({ snapshotVersion: first.snapshotVersion + 1, movies: 307, pinned: false });

      await page.goto(`/providers/${id}/snapshots`);
      await page.getByRole('button', { name: `Restore version ${first.snapshotVersion}` }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Leave it as it is' }).click();
      expect(await served()).toEqual(second);
      await page.getByRole('button', { name: `Restore version ${first.snapshotVersion}` }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
      const rowOf = (version: number) =>
        page
          .getByRole('table', { name: 'Kept versions' })
          .locator('tbody tr')
          .filter({ has: page.locator(`a[href$="?version=${version}"]`) });
      await rowOf(first.snapshotVersion).getByText('served in its place').waitFor();
      expect(await served()).toEqual({ ...first, pinned: true });

      await rowOf(first.snapshotVersion).getByRole('button', { name: 'Serve the newest again' }).click();
      await page.getByText(`Apps are given the newest version again: ${second.snapshotVersion}.`).waitFor();
      await page.getByRole('button', { name: `Restore version ${first.snapshotVersion}` }).waitFor();
      expect(await served()).toEqual(second);
    },
    WITHIN_MS,
  );

  it(
    'finds the biggest sync and the smallest version by sorting, with the mouse and with the keys',
    async () => {
      const { id } = await system.addPanel('sorted', SMALL);
      for (const add of [7, 20]) {
        const tomorrow = { add, edit: 0, remove: 0, move: 0, kinds: ['movie'] };
        await system.control('POST', 'sorted/tomorrow', tomorrow);
        await system.sync(id);
      }
      /** What a table shows in a column, once it is the one that is sorted, or none is. */
      const cells = async (
        table: Locator,
        name: string,
        direction: 'ascending' | 'descending' | 'none',
      ): Promise<string[]> => {
        await table.locator(`th[aria-sort="${direction}"]`).filter({ hasText: name }).waitFor();
        const sorted = await table
          .locator('th:is([aria-sort="ascending"], [aria-sort="descending"])')
          .count();
        expect(sorted).toBe(direction === 'none' ? 0 : 1);
        const headers = await table.getByRole('columnheader').allTextContents();
        const at = headers.findIndex((header) => header.startsWith(name));
        return table.locator(`tbody td:nth-child(${at + 1})`).allTextContents();
      };

      await page.goto(`/providers/${id}/history`);
      await page.getByText('Table', { exact: true }).click();
      const syncs = page.getByRole('table', { name: 'Syncs' });
      expect(await cells(syncs, 'Added', 'none')).toEqual(['20', '7', '340']);
      await syncs.getByRole('button', { name: 'Added' }).click();
      expect(await cells(syncs, 'Added', 'descending')).toEqual(['340', '20', '7']);
      await page.keyboard.press('Enter');
      expect(await cells(syncs, 'Added', 'ascending')).toEqual(['7', '20', '340']);
      await page.reload();
      expect(await cells(syncs, 'Added', 'ascending')).toEqual(['7', '20', '340']);
      await syncs.getByRole('link').last().click();
      await page.getByRole('table', { name: 'Changes by kind' }).waitFor();
      await page.goBack();
      expect(await cells(syncs, 'Added', 'ascending')).toEqual(['7', '20', '340']);
      await syncs.getByRole('button', { name: 'Updated' }).focus();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Space');
      expect(await cells(syncs, 'Added', 'none')).toEqual(['20', '7', '340']);
      expect(new URL(page.url()).search).toBe('?view=table');

      await page.goto(`/providers/${id}/snapshots`);
      const versions = page.getByRole('table', { name: 'Kept versions' });
      expect(await cells(versions, 'Items', 'none')).toEqual(['367', '347', '340']);
      await versions.getByRole('button', { name: 'Items' }).dblclick();
      expect(await cells(versions, 'Items', 'ascending')).toEqual(['340', '347', '367']);
    },
    WITHIN_MS,
  );

  it(
    'retries all syncs that failed at once',
    async () => {
      const names = ['locked', 'closed'];
      const ids: string[] = [];
      for (const name of names) ids.push((await system.addPanel(name, SMALL)).id);
      const setAccount = async (account: object | null) => {
        for (const name of names) await system.control('PATCH', `${name}/quirks`, { account });
      };
      const lastJobs = async () => {
        const found = await Promise.all(
          ids.map((id) =>
            system.call<{ lastJob: { state: string; trigger: string }; activeJob?: object }>(
              'GET',
              `/api/providers/${id}/sync`,
            ),
          ),
        );
        return found.map(({ lastJob }) => lastJob);
      };
      await page.goto('/providers');
      const retry = page.getByRole('button', { name: /^Retry / });
      await page.getByRole('article').filter({ hasText: 'closed' }).getByText('In sync').waitFor();
      expect(await retry.count()).toBe(0);
      await setAccount({ status: 'Banned' });
      for (const id of ids) await expect(system.sync(id)).rejects.toThrow('ended as failed');
      await setAccount(null);
      await page.getByRole('button', { name: 'Retry 2 failed syncs' }).click();
      await page.getByText('2 syncs started again, for what had failed.').waitFor();
      await retry.waitFor({ state: 'detached' });
      await waitFor(async () => (await lastJobs()).every(({ state }) => state === 'completed'), {
        timeoutMs: WITHIN_MS / 2,
        everyMs: 200,
        what: 'the end of both',
      });
      expect(await lastJobs()).toMatchObject([{ trigger: 'retry' }, { trigger: 'retry' }]);
    },
    WITHIN_MS,
  );
});
