import { describe, expect, it } from '@jest/globals';
import { orderedWindow } from './ordered-window.js';

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('orderedWindow', () => {
  it('keeps the order of the inputs whatever finishes first, and never runs more than its width', async () => {
    let running = 0;
    let most = 0;
    const results = await collect(
      orderedWindow([5, 1, 4, 2, 3], 3, async (n) => {
        most = Math.max(most, ++running);
        for (let turn = 0; turn < n; turn++) await Promise.resolve();
        running--;
        return n;
      }),
    );
    expect(results).toEqual([5, 1, 4, 2, 3]);
    expect(most).toBe(3);
  });

  it('waits for what it began before it reports a failure', async () => {
    let ended = 0;
    const results = orderedWindow([1, 2, 3, 4], 3, async (n) => {
      await Promise.resolve();
      ended++;
      if (n === 1) throw new Error('broken');
      return n;
    });
    await expect(collect(results)).rejects.toThrow('broken');
    expect(ended).toBe(3);
  });
});
