import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, signedInPage } from './support/browser.js';
import { RunningSystem } from './support/running-system.js';

/** Less than the demo of `npm start` has: the pictures look the same, and come sooner. */
const DEMO_SIZE = 8_000;
const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

let system: RunningSystem;
let browser: Browser;
let page: Page;
let id: string;

const shoot = async (name: string, of: Page = page) => {
  await of.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
  // What moves has come to rest by then: bars grow for 400 ms.
  await of.waitForTimeout(600);
  await of.screenshot({ path: `${FOLDER}${name}.png` });
};

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  [system, browser] = await Promise.all([RunningSystem.start(DEMO_SIZE), openBrowser()]);
  page = await signedInPage(browser, system, { width: 1200, height: 760 });
  id = (await system.providers()).find(({ protocol }) => protocol === 'xtream')?.id ?? '';
}, 400_000);
afterAll(async () => {
  // What did not start is not there.
  await browser?.close();
  await system?.stop();
}, 60_000);

it('takes the pictures', async () => {
  await page.goto('/providers');
  await page.getByRole('button', { name: 'Simulate tomorrow' }).click();
  await page.getByText('A day has passed').waitFor();
  await page.getByText('In sync').nth(1).waitFor();
  // Page by page it takes long enough to be seen at it.
  const portal = (await system.providers()).find(({ protocol }) => protocol === 'stalker')?.id;
  await system.call('POST', `/api/providers/${portal}/sync`, { mode: 'full' });
  await page
    .getByText(/items\/s/)
    .first()
    .waitFor();
  await shoot('providers');
  await page.getByText('In sync').nth(1).waitFor();

  await page.goto(`/providers/${id}/history`);
  await page.getByRole('link', { name: /^120 added/ }).click();
  await page.getByText(/^updated 50$/).click();
  await page
    .getByText(/Remaster 1/)
    .first()
    .click();
  await page
    .getByRole('row', { name: /^name / })
    .first()
    .waitFor();
  await page.getByRole('heading', { name: 'Changes' }).scrollIntoViewIfNeeded();
  await shoot('changes');

  await page.goto(`/providers/${id}/catalogue`);
  await shoot('catalogue');

  await page.goto('/providers');
  await page.getByRole('button', { name: 'Simulate an outage' }).click();
  await page.getByText('Needs a decision').waitFor();
  await page.goto(`/providers/${id}/removals`);
  await shoot('held-removals');

  const dark = await signedInPage(browser, system, { width: 390, height: 760, colorScheme: 'dark' });
  await dark.getByRole('article').first().waitFor();
  await shoot('phone', dark);
  expect(await dark.getByRole('article').count()).toBe(2);
}, 300_000);
