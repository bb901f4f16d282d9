import { describe, expect, it } from '@jest/globals';
import { KnownRows, runHead } from './head-run.fixture.js';
import { HOUR, LivingList, NEWEST, NOW, portalTime } from './living-list.fixture.js';

const LONG = 2_000;

describe('walkHead', () => {
  it('asks for one batch below what is new, one page by name and page 1 again', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    const fresh = Array.from({ length: 50 }, () => list.insert());
    const { ids, batches, end } = await runHead(list, known, NEWEST);
    expect(fresh.filter((id) => !ids.has(id))).toEqual([]);
    expect(batches.map((batch) => batch.length)).toEqual([140, 140]);
    expect(list.requests.toSorted((a, b) => a - b)).toEqual([
      1,
      ...Array.from({ length: 20 }, (_, page) => page + 1),
    ]);
    expect(list.byName).toBe(1);
    expect(end).toEqual({ outcome: 'complete', declaredTotal: 2_050, frontier: NEWEST + 2_050_000 });
  });

  it('asks for nothing below a batch before it was judged', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    list.insert();
    const asked: number[] = [];
    await runHead(list, known, NEWEST, { onVerdict: () => asked.push(Math.max(...list.requests)) });
    expect(asked).toEqual([10, 20]);
  });

  it('reads a second batch when nothing came, because the newest row is not below the frontier', async () => {
    const list = new LivingList(LONG);
    const { batches, end } = await runHead(list, new KnownRows(list), NEWEST);
    expect(batches).toHaveLength(2);
    expect(end).toMatchObject({ outcome: 'complete', frontier: NEWEST });
  });

  it('is done after one batch when the rows of the frontier are gone', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    list.remove(0);
    const { batches, end } = await runHead(list, known, NEWEST);
    expect(batches).toHaveLength(1);
    // What was known does not become unknown: the frontier never falls.
    expect(end).toMatchObject({ outcome: 'complete', frontier: NEWEST, declaredTotal: LONG - 1 });
  });

  it('goes on past a batch of known rows that have the frontier’s date: more of them may follow', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    const tie = list.rows[0]?.added;
    // A bulk import of one second: 200 rows were met by the last run, and one row of the same second came after it, in their midst.
    for (const row of list.rows.slice(0, 200)) row.added = tie;
    known.take(list.rows);
    const late = list.insert(180, tie);
    const { ids, batches } = await runHead(list, known, NEWEST);
    expect(ids.has(late)).toBe(true);
    expect(batches).toHaveLength(3);
  });

  it('hides nothing of what a run left that died after its first batch', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    const fresh = Array.from({ length: 400 }, () => list.insert());
    await runHead(list, known, NEWEST, { stopAfter: 1 });
    expect(fresh.filter((id) => !known.has(id))).toHaveLength(260);
    // The next run stands on the frontier of the last run that was completed, not on what the dead one saw.
    await runHead(list, known, NEWEST);
    expect(fresh.filter((id) => !known.has(id))).toEqual([]);
  });

  it('does not stop, when it goes on for one that died, at what that one made known', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    // Two rows of old dates below known ones: only the first one is near the head.
    const [near, far] = [list.insert(150, list.rows[150]?.added), list.insert(290, list.rows[290]?.added)];
    await runHead(list, known, NEWEST, { stopAfter: 2 });
    expect([known.has(near), known.has(far)]).toEqual([true, false]);
    await runHead(list, known, NEWEST, { judgedOrdinals: 2 });
    expect(known.has(far)).toBe(true);
  });

  it('goes on below a batch that has an edited row, however old', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    known.forget(list.rows[200]?.id ?? '');
    expect((await runHead(list, known, NEWEST)).batches).toHaveLength(3);
  });

  it('needs a full run when nothing known is met in 100 pages', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    for (let more = 0; more < 1_500; more++) list.insert();
    const { ids, end } = await runHead(list, known, NEWEST);
    expect(ids.size).toBe(1_400);
    expect(list.requests).toHaveLength(100);
    expect(end).toEqual({
      outcome: 'incomplete',
      reason: 'No overlap with what is known was found in 100 pages.',
      fullNeeded: 'No overlap with what is known was found in 100 pages.',
      declaredTotal: 3_500,
    });
  });

  it('needs a full run of a portal that begins with the same rows by name', async () => {
    const list = new LivingList(LONG);
    const run = await runHead(list, new KnownRows(list), NEWEST, { fetchFirstByName: () => list.fetch(1) });
    expect(run.batches).toEqual([]);
    expect(list.requests).toEqual([1, 1]);
    const reason = 'The portal ignores the sort order: by name it lists the same rows first.';
    expect(run.end).toEqual({ outcome: 'incomplete', reason, fullNeeded: reason, declaredTotal: LONG });
  });

  it('needs a full run of a portal that lists rows in any order of date', async () => {
    const list = new LivingList(LONG);
    list.rows.sort((a, b) => (Number(a.id) % 97) - (Number(b.id) % 97));
    const run = await runHead(list, new KnownRows(list), NEWEST);
    expect(run.batches).toEqual([]);
    expect(run.end).toMatchObject({
      outcome: 'incomplete',
      fullNeeded: 'The portal ignores the sort order: dates rise along the list.',
    });
  });

  it('takes an hour that came twice in autumn for an order', async () => {
    const list = new LivingList(LONG);
    for (const [index, row] of list.rows.entries()) {
      row.added = portalTime(NEWEST - index * 60_000 + (index >= 30 ? HOUR : 0));
    }
    expect((await runHead(list, new KnownRows(list), NEWEST + HOUR)).end?.outcome).toBe('complete');
  });

  it('needs a full run where no date can be read', async () => {
    const list = new LivingList(LONG);
    for (const row of list.rows) row.added = '0000-00-00 00:00:00';
    const { end } = await runHead(list, new KnownRows(list), NEWEST);
    expect(end?.fullNeeded).toBe('The newest rows have no date that can be read.');
  });

  it('believes a portal that does not list by name, as long as the dates are in order', async () => {
    const list = new LivingList(LONG);
    const { end } = await runHead(list, new KnownRows(list), NEWEST, {
      fetchFirstByName: () => Promise.resolve(undefined as never),
    });
    expect(end?.outcome).toBe('complete');
  });

  it.each([
    ['in the future', portalTime(NOW + 400 * 24 * HOUR)],
    ['a little in the future', NOW / 1000 + 20 * 3600],
    ['missing', null],
    ['a zero date', '0000-00-00 00:00:00'],
    ['0', 0],
    ['a text', 'yesterday'],
  ])('does not raise the frontier by a date that is %s, and stops below such rows', async (_name, date) => {
    const list = new LivingList(LONG);
    const odd = Array.from({ length: 20 }, () => list.insert(0, date));
    const known = new KnownRows(list);
    const first = await runHead(list, known, NEWEST);
    expect(first.end).toMatchObject({ outcome: 'complete', frontier: NEWEST });
    const below = list.insert(20);
    const second = await runHead(list, known, NEWEST);
    expect(second.ids.has(below)).toBe(true);
    expect(second.batches).toHaveLength(2);
    // New rows of such dates count as new all the same.
    known.forget(odd[3] ?? '');
    await runHead(list, known, NEWEST);
    expect(known.has(odd[3] ?? '')).toBe(true);
  });

  it('needs a full run where pages come empty or repeat before the end', async () => {
    const empty = new LivingList(LONG, 14, undefined, (list, page) =>
      page === 5 ? { total_items: LONG, max_page_items: 14, data: [] } : list.page(page),
    );
    const first = await runHead(empty, new KnownRows(empty), NEWEST);
    expect(first.end?.fullNeeded).toBe('Page 5 came empty, though it is not the last.');
    expect(first.ids.size).toBe(56);
    const stuck = new LivingList(LONG, 14, undefined, (list) => list.page(1));
    const second = await runHead(stuck, new KnownRows(stuck), NEWEST);
    expect(second.end?.fullNeeded).toContain('it may ignore the page number');
    expect(stuck.requests.length).toBeLessThan(12);
  });

  it('needs a full run when all of the list is new', async () => {
    const list = new LivingList(300);
    const { ids, end } = await runHead(list, new KnownRows(new LivingList(0)), NEWEST);
    expect(ids.size).toBe(300);
    expect(end?.fullNeeded).toBe('The list ended before anything known was met.');
  });

  it('reads portals of other page sizes, and of none declared', async () => {
    for (const size of [5, 50, 200]) {
      const list = new LivingList(
        LONG,
        size,
        undefined,
        (living, page) => (living.page(page) as { data: unknown }).data,
      );
      const known = new KnownRows(list);
      const fresh = list.insert();
      const { ids, end } = await runHead(list, known, NEWEST);
      expect({ size, fresh: ids.has(fresh), outcome: end?.outcome }).toEqual({
        size,
        fresh: true,
        outcome: 'complete',
      });
    }
  });
});
