import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, signedInPage } from './support/browser.js';
import { framesOfScroll } from './support/frames.js';
import { RunningSystem } from './support/running-system.js';

/** 83,183 items. */
const SIZE = { movies: 72_000, series: 8_183, channels: 3_000 };
const ITEMS = SIZE.movies + SIZE.series + SIZE.channels;
/** Four screens a frame, so that the end comes within a minute; no hand is as fast. Pixels. */
const STEP = 2_000;
/** A frame that somebody sees as a stutter takes longer, ms. */
const SMOOTH_MS = 50;
/** A first sync of all, and the scroll; on a machine that is busy with other work many minutes. */
const WITHIN_MS = 900_000;

interface Item {
  id: string;
  name: string;
  addedAt?: string;
  modifiedAt?: string;
}

// Real: the whole built system, a panel with the headline catalogue, and a Chromium.
describe('the catalogue page of 83,183 items', () => {
  let system: RunningSystem;
  let browser: Browser;
  let page: Page;
  let list: Locator;
  /** Names as the snapshot has them, newest first. */
  let names: string[];

  const namesNewestFirst = async (id: string): Promise<string[]> => {
    const { movies, series, channels } = await system.call<Record<'movies' | 'series' | 'channels', Item[]>>(
      'GET',
      `/api/providers/${id}/snapshot`,
    );
    const place = (item: Item) => `${item.addedAt ?? item.modifiedAt ?? ''} ${item.id}`;
    return [...movies, ...series, ...channels]
      .map((item) => ({ place: place(item), name: item.name }))
      .sort((a, b) => (a.place < b.place ? 1 : -1))
      .map(({ name }) => name);
  };
  /** What stands on the screen, by its place in the list. */
  const drawn = (): Promise<{ position: number; name: string }[]> =>
    list.getByRole('listitem').evaluateAll((rows) =>
      rows.map((row) => ({
        position: Number(row.getAttribute('aria-posinset')),
        name: row.querySelector('a')?.textContent ?? '',
      })),
    );
  /** Scrolls to a place, and sees that the rows there are the right ones. */
  const expectRowsAround = async (position: number): Promise<void> => {
    await list.evaluate(
      (element, share) => element.scrollTo(0, share * (element.scrollHeight - element.clientHeight)),
      (position - 1) / (ITEMS - 1),
    );
    await list.locator(`[aria-posinset="${position}"]`).waitFor();
    const rows = await drawn();
    expect(rows).toEqual(rows.map((row) => ({ ...row, name: names[row.position - 1] })));
    expect(rows.map((row) => row.position)).toEqual(rows.map((_row, i) => (rows[0]?.position ?? 0) + i));
  };

  beforeAll(async () => {
    [system, browser] = await Promise.all([RunningSystem.start(100), openBrowser()]);
    const { id } = await system.addPanel('headline', SIZE);
    names = await namesNewestFirst(id);
    page = await signedInPage(browser, system);
    await page.goto(`/providers/${id}/catalogue?sort=-added`);
    list = page.getByRole('list', { name: 'Items' });
    await list.waitFor();
  }, WITHIN_MS);
  afterAll(async () => {
    // What did not start is not there.
    await browser?.close();
    await system?.stop();
  }, WITHIN_MS);

  it(
    'scrolls to its end, draws what is seen alone, and shows each item in its place',
    async () => {
      expect(names).toHaveLength(ITEMS);
      const { frames, mostElements } = await framesOfScroll(list, STEP);
      const smooth = frames.filter((ms) => ms < SMOOTH_MS).length / frames.length;
      process.stderr.write(
        `${frames.length} frames while ${ITEMS} items went by: ${(smooth * 100).toFixed(1)} % under ${SMOOTH_MS} ms\n`,
      );
      await page.getByText('83,183 items', { exact: true }).waitFor();
      expect(mostElements).toBeLessThan(1_500);
      expect((await drawn()).length).toBeLessThan(80);
      for (const position of [ITEMS, Math.round(ITEMS / 2), 1]) await expectRowsAround(position);
      expect(await list.locator('[aria-posinset="1"]').getAttribute('aria-setsize')).toBe(String(ITEMS));
    },
    WITHIN_MS,
  );
});
