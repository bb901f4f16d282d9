import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KnownRows, runHead } from './head-run.fixture.js';
import { HOUR, LivingList, NEWEST, portalTime, type LivingRow } from './living-list.fixture.js';

const LONG = 500;

/** A list with rows that nobody knows yet, which changes before the given request. Request 1 is page 1, 2 to 10 the rest of the batch. */
function changing(
  fresh: number,
  at: number,
  change: (list: LivingList) => void,
): { list: LivingList; known: KnownRows; isNew: (row: LivingRow) => boolean } {
  const list = new LivingList(LONG, 14, (living, request) => request === at && change(living));
  const known = new KnownRows(list);
  for (let more = 0; more < fresh; more++) list.insert();
  return { list, known, isNew: ({ id }) => !known.has(id) };
}

describe('a list that changes under a head walk', () => {
  it('is read again from its head when rows came in', async () => {
    const { list, known, isNew } = changing(50, 6, (living) => {
      for (let more = 0; more < 20; more++) living.insert();
    });
    const { end } = await runHead(list, known, NEWEST);
    expect(list.rows.filter(isNew)).toEqual([]);
    expect(end).toMatchObject({
      outcome: 'complete',
      declaredTotal: LONG + 70,
      frontier: NEWEST + (LONG + 70) * 1000,
    });
  });

  it('gives back the row that a removal pulled across a border', async () => {
    // Before page 3 is read, a row of page 1 goes: the first row of page 3 becomes the last one of page 2.
    const { list, known, isNew } = changing(50, 3, (living) => living.remove(2));
    const { end } = await runHead(list, known, NEWEST);
    expect(list.rows.filter(isNew)).toEqual([]);
    expect(end?.outcome).toBe('complete');
    // Pages 1 to 5: no other can hold anything new.
    expect(list.requests.slice(20)).toEqual([1, 1, 2, 3, 4, 5, 1]);
  });

  it('finds it also when an addition hides the removal', async () => {
    const { list, known, isNew } = changing(50, 3, (living) => {
      living.remove(2);
      living.insert();
    });
    // Page 3 begins where it would have; the addition must not come before the removal is felt.
    const { end } = await runHead(list, known, NEWEST);
    expect(list.rows.filter(isNew)).toEqual([]);
    expect(end?.outcome).toBe('complete');
  });

  it('finds what equal dates hid by changing places', async () => {
    const swap = (living: LivingList) => {
      const [a, b] = [living.rows[27], living.rows[28]] as [LivingRow, LivingRow];
      living.rows[27] = b;
      living.rows[28] = a;
    };
    const { list, known, isNew } = changing(50, 3, swap);
    const hidden = list.rows[28] as LivingRow;
    const { end, ids } = await runHead(list, known, NEWEST);
    expect(ids.has(hidden.id)).toBe(true);
    expect(list.rows.filter(isNew)).toEqual([]);
    expect(end?.outcome).toBe('complete');
  });

  it('accepts rows that are listed twice', async () => {
    const list = new LivingList(LONG);
    const known = new KnownRows(list);
    list.insert();
    list.rows[20] = list.rows[5] as LivingRow;
    expect((await runHead(list, known, NEWEST + HOUR)).end?.outcome).toBe('complete');
  });

  it('needs a full run when it never stands still', async () => {
    const list = new LivingList(LONG, 14, (living) => living.insert());
    const known = new KnownRows(list);
    const { end } = await runHead(list, known, NEWEST);
    expect(end).toMatchObject({
      outcome: 'drifted',
      fullNeeded: 'The list keeps changing while its head is read.',
    });
    expect(list.requests.length).toBeLessThan(60);
  });

  it('needs a full run when rows come in faster than they can be read', async () => {
    const flood = (living: LivingList) => {
      for (let more = 0; more < 28; more++) living.insert();
    };
    const list = new LivingList(LONG, 14, (living, request) => request > 20 && flood(living));
    const { end } = await runHead(list, new KnownRows(list), NEWEST);
    expect(end).toMatchObject({ outcome: 'drifted', fullNeeded: expect.any(String) });
    expect(list.requests).toHaveLength(20 + 20);
  });

  it('without totals is read twice where it may hold something new', async () => {
    const bare = (living: LivingList, page: number) => (living.page(page) as { data: unknown }).data;
    const list = new LivingList(LONG, 14, (living, request) => request === 3 && living.remove(2), bare);
    const known = new KnownRows(list);
    const fresh = Array.from({ length: 50 }, () => list.insert());
    const gone = list.rows[2]?.id;
    await runHead(list, known, NEWEST);
    expect(fresh.filter((id) => !known.has(id) && id !== gone)).toEqual([]);
  });

  it('hides nothing for good: what a completed run missed, the next one finds', async () => {
    const step = fc.record({
      request: fc.integer({ min: 1, max: 40 }),
      insert: fc.boolean(),
      at: fc.nat({ max: 250 }),
    });
    const scripts = fc.sample(fc.tuple(fc.array(step, { maxLength: 6 }), fc.nat({ max: 200 })), 100);
    let complete = 0;
    for (const [steps, fresh] of scripts) {
      let still = false;
      const list = new LivingList(LONG, 14, (living, request) => {
        if (still) return;
        for (const { request: when, insert, at } of steps) {
          if (when !== request) continue;
          if (insert) living.insert();
          else living.remove(Math.min(at, living.rows.length - 1));
        }
      });
      const known = new KnownRows(list);
      for (let more = 0; more < fresh; more++) list.insert();
      const first = await runHead(list, known, NEWEST);
      if (first.end?.outcome !== 'complete') continue;
      complete++;
      still = true;
      const second = await runHead(list, known, first.end.frontier ?? NEWEST);
      const hidden = list.rows.filter(({ id }) => !known.has(id));
      expect({ steps, fresh, outcome: second.end?.outcome, hidden }).toMatchObject({
        outcome: 'complete',
        hidden: [],
      });
    }
    expect(complete).toBeGreaterThan(60);
  });

  it('hides nothing where the order inside equal dates is another one with every request', async () => {
    let draw = 7;
    const random = () => (draw = (draw * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    let complete = 0;
    for (let round = 0; round < 15; round++) {
      const list = new LivingList(LONG, 14, (living) => {
        const drawn = new Map(living.rows.map((row) => [row, random()]));
        living.rows.sort((a, b) =>
          a.added === b.added
            ? (drawn.get(a) ?? 0) - (drawn.get(b) ?? 0)
            : String(a.added) > String(b.added)
              ? -1
              : 1,
        );
      });
      for (const [index, row] of list.rows.entries())
        row.added = portalTime(NEWEST - Math.floor(index / 5) * HOUR);
      const known = new KnownRows(list);
      for (let more = 0; more < 50; more++)
        list.insert(0, portalTime(NEWEST + Math.ceil((more + 1) / 5) * HOUR));
      const { end } = await runHead(list, known, NEWEST);
      if (end?.outcome !== 'complete') continue;
      complete++;
      expect({ round, hidden: list.rows.filter(({ id }) => !known.has(id)) }).toEqual({ round, hidden: [] });
    }
    expect(complete).toBeGreaterThan(10);
  });
});
