import { describe, expect, it } from '@jest/globals';
import { KeptAnswers } from './kept-answers.js';

/** Answers by number, and how often was asked. */
function shelf(maxWeight = 10) {
  const state = { now: 0, asked: 0 };
  const kept = new KeptAnswers<number>({
    ttlMs: 100,
    maxWeight,
    weightOf: (answer) => answer,
    clock: () => state.now,
  });
  const get = (key: string, answer: number) =>
    kept.get(key, () => {
      state.asked++;
      return Promise.resolve(answer);
    });
  return { state, kept, get };
}

describe('KeptAnswers', () => {
  it('asks once for all who ask at the same time, and not again until the answer is old', async () => {
    const { state, get } = shelf();
    expect(await Promise.all([get('a', 1), get('a', 2)])).toEqual([1, 1]);
    state.now = 99;
    expect(await get('a', 3)).toBe(1);
    expect(state.asked).toBe(1);
    state.now = 100;
    expect(await get('a', 4)).toBe(4);
  });

  it('keeps no failure', async () => {
    const { kept, get } = shelf();
    await expect(kept.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await get('a', 5)).toBe(5);
  });

  it('lets go what was not used for longest when there is too much', async () => {
    const { state, get } = shelf(10);
    await get('a', 4);
    await get('b', 4);
    await get('a', 4);
    await get('c', 4);
    expect(state.asked).toBe(3);
    await get('a', 4);
    expect(state.asked).toBe(3);
    await get('b', 4);
    expect(state.asked).toBe(4);
  });

  it('keeps nothing that is too big for it', async () => {
    const { state, get } = shelf(10);
    await get('big', 11);
    await get('big', 11);
    expect(state.asked).toBe(2);
  });
});
