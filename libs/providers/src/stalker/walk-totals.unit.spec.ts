import { describe, expect, it } from '@jest/globals';
import { LivingList, NOW, type LivingRow } from './living-list.fixture.js';
import { walkList, type WalkEnd } from './walk-list.js';

/** A list of which the portal counts `locked` rows that it does not show: where they would stand, pages come short. */
function listWithLocked(locked: number, shown = 300): LivingList {
  const list = new LivingList(shown + locked);
  const hidden = new Set(list.rows.filter((_row, index) => index > 60 && index % 17 === 3).slice(0, locked));
  return new LivingList(0, 14, undefined, (_living, page) => ({
    total_items: String(list.rows.length),
    max_page_items: 14,
    data: list.rows.slice((page - 1) * 14, page * 14).filter((row) => !hidden.has(row)),
  }));
}

async function walk(list: LivingList, totalExcess?: number): Promise<{ ids: Set<string>; end: WalkEnd }> {
  const walker = walkList({
    fetchPage: list.fetch,
    signal: new AbortController().signal,
    parallel: 4,
    skipOrdinals: 0,
    known: { totalExcess },
    now: NOW,
  });
  const ids = new Set<string>();
  for (;;) {
    const next = await walker.next();
    if (next.done) return { ids, end: next.value };
    for (const row of next.value.rows) ids.add((row as LivingRow).id);
  }
}

describe('a total that is off', () => {
  it('is learned by the first run, after it read the short pages again', async () => {
    const list = listWithLocked(5);
    const { ids, end } = await walk(list);
    expect(ids.size).toBe(300);
    expect(end).toMatchObject({ outcome: 'complete', declaredTotal: 305, totalExcess: 5 });
    // 22 pages, one behind them, page 1 again, five short ones again.
    expect(list.requests).toHaveLength(22 + 1 + 1 + 5);
  });

  it('is a habit when it is off by as much as before, and costs nothing then', async () => {
    const list = listWithLocked(5);
    const { end } = await walk(list, 5);
    expect(end).toMatchObject({ outcome: 'complete', totalExcess: 5 });
    expect(list.requests).toHaveLength(22 + 1 + 1);
  });

  it('proves nothing when it is off by more than before, and is the habit of the run after', async () => {
    const { end } = await walk(listWithLocked(9), 5);
    expect(end).toMatchObject({ outcome: 'drifted', totalExcess: 9 });
    expect(end.reason).toBe('The portal counts 309 rows and lists 300; so far the two differed by 5.');
    expect(end.frontier).toBeUndefined();
    expect((await walk(listWithLocked(9), 9)).end.outcome).toBe('complete');
  });

  it('may be off by less than before: more was met than was expected', async () => {
    expect((await walk(listWithLocked(3), 5)).end).toMatchObject({ outcome: 'complete', totalExcess: 3 });
    expect((await walk(new LivingList(300), 5)).end).toMatchObject({ outcome: 'complete', totalExcess: 0 });
  });

  it.each([undefined, 0])('is no habit when a page came short only once (%p)', async (usual) => {
    let moments = 1;
    const list = new LivingList(300, 14, undefined, (living, page) => {
      const answer = living.page(page) as { data: LivingRow[] };
      return page === 7 && moments-- > 0 ? { ...answer, data: answer.data.slice(0, 9) } : answer;
    });
    const { ids, end } = await walk(list, usual);
    expect(ids.size).toBe(300);
    expect(end).toMatchObject({ outcome: 'complete', totalExcess: 0 });
  });

  it('is believed of a portal that hides rows on nearly every page, by a sample of them', async () => {
    const list = new LivingList(0, 14, undefined, (_living, page) => ({
      total_items: 14_000,
      max_page_items: 14,
      data:
        page > 1_000
          ? []
          : Array.from({ length: 13 + (page % 9 === 0 ? 1 : 0) }, (_, row) => ({ id: `${page}:${row}` })),
    }));
    const { end } = await walk(list);
    expect(end).toMatchObject({ outcome: 'complete', totalExcess: 889 });
    expect(list.requests.length).toBeLessThanOrEqual(1_000 + 2 + 200);
  });
});
