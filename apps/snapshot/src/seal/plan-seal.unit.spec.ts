import { describe, expect, it } from '@jest/globals';
import { SLOTS } from '@catalogue-sync/snapshot-format';
import type { DirtyGroup } from '../store/dirty-segment.store.js';
import { planSeal } from './plan-seal.js';

const group = (fields: Partial<DirtyGroup>): DirtyGroup => ({
  section: 'movies',
  category: 'vod:1',
  parts: 16,
  dirtyParts: [{ part: 3, changed: ['movie:7'] }, { part: 9 }],
  count: 500,
  ...fields,
});

describe('planSeal', () => {
  it('builds only the dirty parts of a group that keeps its cut', () => {
    const plan = planSeal([group({})]);
    expect(plan.regrouped).toEqual([]);
    expect(plan.tasks).toEqual([
      {
        section: 'movies',
        category: 'vod:1',
        part: 3,
        changed: ['movie:7'],
        from: (3 * SLOTS) / 16,
        to: (4 * SLOTS) / 16,
      },
      { section: 'movies', category: 'vod:1', part: 9, from: (9 * SLOTS) / 16, to: (10 * SLOTS) / 16 },
    ]);
  });

  it('builds all parts of a new group, and of that group alone', () => {
    const plan = planSeal([
      group({}),
      group({ category: 'vod:2', parts: undefined, dirtyParts: [{ part: 0 }], count: 250 }),
    ]);
    expect(plan.regrouped).toEqual([{ section: 'movies', category: 'vod:2', parts: 8 }]);
    expect(plan.tasks.map(({ category, part }) => `${category} ${part}`)).toEqual([
      'vod:1 3',
      'vod:1 9',
      'vod:2 0',
      'vod:2 1',
      'vod:2 2',
      'vod:2 3',
      'vod:2 4',
      'vod:2 5',
      'vod:2 6',
      'vod:2 7',
    ]);
    expect(plan.tasks.at(-1)).toMatchObject({ to: SLOTS });
  });

  it('cuts anew what has outgrown its parts, or shrunk far below them', () => {
    expect(planSeal([group({ count: 1025 })]).regrouped).toEqual([
      { section: 'movies', category: 'vod:1', parts: 32 },
    ]);
    expect(planSeal([group({ count: 1024 })]).regrouped).toEqual([]);
    expect(planSeal([group({ count: 127 })]).regrouped).toEqual([
      { section: 'movies', category: 'vod:1', parts: 4 },
    ]);
  });

  it('reads all of a group that is cut anew, whatever is known of what changed in it', () => {
    const { tasks } = planSeal([group({ count: 1025 })]);
    expect(tasks).toHaveLength(32);
    expect(tasks.filter(({ changed }) => changed !== undefined)).toEqual([]);
  });

  it('leaves nothing of an empty group', () => {
    expect(planSeal([group({ count: 0 })])).toEqual({
      tasks: [],
      regrouped: [{ section: 'movies', category: 'vod:1', parts: 0 }],
    });
  });

  it('puts more ids than items into a segment', () => {
    expect(
      planSeal([group({ section: 'moviesByCategory', parts: undefined, count: 1000 })]).tasks,
    ).toHaveLength(2);
  });
});
