import { describe, expect, it } from '@jest/globals';
import { Ticker } from './ticker.js';

function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('Ticker', () => {
  it('never runs its task twice at once, and runs it once more when it was asked meanwhile', async () => {
    let atOnce = 0;
    let most = 0;
    let turns = 0;
    const first = gate();
    const second = gate();
    const ticker = new Ticker(
      async () => {
        turns += 1;
        most = Math.max(most, (atOnce += 1));
        if (turns === 1) await first.opened;
        else second.open();
        atOnce -= 1;
      },
      60_000,
      () => undefined,
    );
    ticker.start();
    ticker.kick();
    ticker.kick();
    first.open();
    await second.opened;
    await ticker.stop();
    expect([turns, most]).toEqual([2, 1]);
  });

  it('goes on after a failure', async () => {
    const failures: unknown[] = [];
    const twice = gate();
    let turns = 0;
    const ticker = new Ticker(
      async () => {
        turns += 1;
        if (turns === 2) twice.open();
        throw new Error(`turn ${turns}`);
      },
      1,
      (error) => failures.push(error),
    );
    ticker.start();
    await twice.opened;
    await ticker.stop();
    expect(failures.length).toBeGreaterThanOrEqual(2);
  });

  it('is still after stop', async () => {
    let turns = 0;
    const ticker = new Ticker(
      async () => {
        turns += 1;
      },
      1,
      () => undefined,
    );
    ticker.start();
    await ticker.stop();
    const before = turns;
    ticker.kick();
    expect(turns).toBe(before);
  });
});
