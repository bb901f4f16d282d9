import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR, LivingList, NEWEST, NOW, type LivingRow } from './living-list.fixture.js';
import { walkList, type WalkEnd, type WalkOptions } from './walk-list.js';

async function walk(
  list: LivingList,
  options: {
    parallel?: number;
    skipOrdinals?: number;
    stopAfter?: number;
    known?: WalkOptions['known'];
  } = {},
): Promise<{ ids: string[]; batches: string[][]; end: WalkEnd | undefined }> {
  const walker = walkList({
    fetchPage: list.fetch,
    signal: new AbortController().signal,
    parallel: options.parallel ?? 1,
    skipOrdinals: options.skipOrdinals ?? 0,
    known: options.known ?? {},
    now: NOW,
  });
  const batches: string[][] = [];
  for (;;) {
    const next = await walker.next();
    if (next.done) return { ids: batches.flat(), batches, end: next.value };
    batches.push(next.value.rows.map((row) => (row as LivingRow).id));
    if (batches.length === options.stopAfter) {
      await walker.return(undefined as never);
      return { ids: batches.flat(), batches, end: undefined };
    }
  }
}

describe('walkList', () => {
  it('hands out a still list in batches of ten pages and proves its end behind the last page', async () => {
    const list = new LivingList(300);
    const { ids, batches, end } = await walk(list);
    expect(ids).toEqual(list.rows.map(({ id }) => id));
    expect(batches.map((batch) => batch.length)).toEqual([140, 140, 20]);
    expect(end).toEqual({ outcome: 'complete', declaredTotal: 300, frontier: NEWEST, totalExcess: 0 });
    expect(list.requests).toContain(23);
  });

  it('takes the page size from the answers', async () => {
    const { ids, batches, end } = await walk(new LivingList(100, 5));
    expect(ids).toHaveLength(100);
    expect(batches[0]).toHaveLength(50);
    expect(end?.outcome).toBe('complete');
  });

  it('walks past a page size that is declared too big', async () => {
    const list = new LivingList(400, 10, undefined, (living, page) => ({
      ...(living.page(page) as object),
      max_page_items: 100,
    }));
    const { ids, end } = await walk(list);
    expect(new Set(ids).size).toBe(400);
    expect(end?.outcome).toBe('complete');
  });

  it('reads lists without a total until two pages bring nothing', async () => {
    const list = new LivingList(
      50,
      14,
      undefined,
      (living, page) => (living.page(page) as { data: unknown }).data,
    );
    const { ids, end } = await walk(list);
    expect(ids).toHaveLength(50);
    expect(end).toEqual({ outcome: 'complete', frontier: NEWEST });
  });

  it('accepts rows keyed by number, and a portal that repeats its last page for ever', async () => {
    const list = new LivingList(30, 14, undefined, (living, page) => {
      const answer = living.page(Math.min(page, 3)) as { data: LivingRow[] };
      return { ...answer, data: Object.fromEntries(answer.data.entries()) };
    });
    const { ids, end } = await walk(list);
    expect(ids).toHaveLength(30);
    expect(end?.outcome).toBe('complete');
  });

  it('believes an empty list only when the total says 0', async () => {
    expect((await walk(new LivingList(0))).end).toEqual({ outcome: 'complete', declaredTotal: 0 });
    const lying = new LivingList(0, 14, undefined, () => ({ total_items: 500, data: [] }));
    expect((await walk(lying)).end).toMatchObject({ outcome: 'incomplete', declaredTotal: 500 });
  });

  it('notices a portal that ignores the page number', async () => {
    const list = new LivingList(300, 14, undefined, (living) => living.page(1));
    const { end } = await walk(list);
    expect(end).toMatchObject({ outcome: 'incomplete' });
    expect(end?.reason).toContain('ignore the page number');
    expect(list.requests.length).toBeLessThan(40);
  });

  it('asks once more for an empty page in the middle, and is not complete when it stays empty', async () => {
    let failures = 1;
    const once = new LivingList(200, 14, undefined, (living, page) =>
      page === 7 && failures-- > 0 ? { total_items: 200, max_page_items: 14, data: [] } : living.page(page),
    );
    expect((await walk(once)).end?.outcome).toBe('complete');
    const always = new LivingList(200, 14, undefined, (living, page) =>
      page === 7 ? { total_items: 200, max_page_items: 14, data: [] } : living.page(page),
    );
    const { ids, end } = await walk(always);
    expect(end?.outcome).toBe('incomplete');
    expect(end?.reason).toContain('Page 7');
    expect(ids).toHaveLength(186);
  });

  it('gives up where the list breaks off before its end', async () => {
    const list = new LivingList(1000, 14, undefined, (living, page) =>
      page > 20 ? { total_items: 1000, max_page_items: 14, data: [] } : living.page(page),
    );
    const { ids, end } = await walk(list);
    expect(ids).toHaveLength(280);
    expect(end?.outcome).toBe('incomplete');
  });

  it('takes growth at the head as no drift, and hands the new rows out at the end', async () => {
    const list = new LivingList(300, 14, (living, request) => request === 9 && living.insert());
    const { ids, end } = await walk(list);
    expect(end).toEqual({
      outcome: 'complete',
      declaredTotal: 301,
      frontier: NEWEST + 301_000,
      totalExcess: 0,
    });
    expect(ids).toContain('301');
    expect(new Set(ids).size).toBe(301);
  });

  it('finds the row that a removal pulled across a page border', async () => {
    // Before page 10 is read, a row of page 2 goes: the first row of page 10 becomes the last one of page 9.
    const list = new LivingList(300, 14, (living, request) => request === 10 && living.remove(20));
    const before = list.rows.map(({ id }) => id);
    const { ids, end } = await walk(list);
    // The removed row was met as well, so nothing is learned about the total.
    expect(end).toEqual({ outcome: 'complete', declaredTotal: 299, frontier: NEWEST });
    expect(new Set(ids)).toEqual(new Set(before));
  });

  it('is drifted when a removal hides behind an addition', async () => {
    const list = new LivingList(300, 14, (living, request) => {
      if (request !== 10) return;
      living.remove(20);
      living.insert();
    });
    expect((await walk(list)).end?.outcome).toBe('drifted');
  });

  it('is drifted when the list never stands still', async () => {
    const list = new LivingList(300, 14, (living) => living.remove(living.rows.length - 1));
    expect((await walk(list)).end?.outcome).toBe('drifted');
  });

  it('reads again where equal dates change places between two requests', async () => {
    // The two rows around the border of page 3 and 4 change places once, between the two requests.
    const list = new LivingList(100, 14, (living, request) => {
      if (request !== 4) return;
      const [a, b] = [living.rows[41], living.rows[42]] as [LivingRow, LivingRow];
      living.rows[41] = b;
      living.rows[42] = a;
    });
    const { ids, end } = await walk(list);
    expect(end?.outcome).toBe('complete');
    expect(new Set(ids).size).toBe(100);
  });

  it('accepts a list that names some rows twice, as long as it reads the same again', async () => {
    const list = new LivingList(100);
    list.rows[50] = list.rows[10] as LivingRow;
    expect((await walk(list)).end).toMatchObject({
      outcome: 'complete',
      declaredTotal: 100,
      totalExcess: 1,
    });
  });

  it('resumes after any batch with exactly the batches that were missing', async () => {
    const whole = await walk(new LivingList(700));
    for (let done = 1; done < whole.batches.length; done++) {
      const rest = await walk(new LivingList(700), { skipOrdinals: done });
      expect(rest.batches.slice(0, whole.batches.length - done)).toEqual(whole.batches.slice(done));
      expect(rest.end?.outcome).toBe('complete');
    }
  });

  it('finds what slid into the finished batches while nobody was reading', async () => {
    const before = new LivingList(700);
    const first = await walk(before, { stopAfter: 2 });
    const after = new LivingList(700);
    for (let gone = 0; gone < 100; gone++) after.remove(3);
    const rest = await walk(after, { skipOrdinals: 2 });
    const met = new Set([...first.ids, ...rest.ids]);
    expect(after.rows.filter(({ id }) => !met.has(id))).toEqual([]);
  });

  it('hands out the newest rows once more when it resumes: some may have come in between', async () => {
    const first = await walk(new LivingList(700), { stopAfter: 3 });
    const grown = new LivingList(700);
    for (let more = 0; more < 30; more++) grown.insert();
    const rest = await walk(grown, { skipOrdinals: 3, known: { totalExcess: 2 } });
    const met = new Set([...first.ids, ...rest.ids]);
    expect(grown.rows.filter(({ id }) => !met.has(id))).toEqual([]);
    // The frontier is no newer than rows of which all that is newer was handed out in this life, or the last run's.
    expect(rest.end).toEqual({
      outcome: 'complete',
      declaredTotal: 730,
      frontier: NEWEST - 109 * HOUR,
    });
    const later = NEWEST + 5;
    const again = await walk(grown, { skipOrdinals: 3, known: { frontier: later } });
    expect(again.end?.frontier).toBe(later);
  });

  it('stops asking when its consumer leaves', async () => {
    const list = new LivingList(10_000);
    await walk(list, { stopAfter: 1, parallel: 4 });
    const asked = list.requests.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(list.requests.length).toBe(asked);
    expect(asked).toBeLessThan(50);
  });

  it('is never complete with a row missed that was there all the time', async () => {
    const step = fc.record({
      request: fc.integer({ min: 1, max: 45 }),
      insert: fc.boolean(),
      at: fc.nat({ max: 399 }),
    });
    const scripts = fc.sample(fc.tuple(fc.array(step, { maxLength: 6 }), fc.constantFrom(1, 2, 5)), 400);
    let complete = 0;
    for (const [steps, parallel] of scripts) {
      const list = new LivingList(400, 14, (living, request) => {
        for (const { request: when, insert, at } of steps) {
          if (when !== request) continue;
          if (insert) living.insert();
          else living.remove(Math.min(at, living.rows.length - 1));
        }
      });
      const before = new Set(list.rows.map(({ id }) => id));
      const { ids, end } = await walk(list, { parallel });
      const met = new Set(ids);
      const missed = list.rows.filter(({ id }) => before.has(id) && !met.has(id));
      if (end?.outcome === 'complete') complete++;
      expect({ steps, parallel, outcome: end?.outcome, missed }).toMatchObject(
        end?.outcome === 'complete' ? { missed: [] } : {},
      );
    }
    expect(complete).toBeGreaterThan(50);
  });
});
