import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JobId } from '@catalogue-sync/contracts';
import { AckedPrefix } from './acked-prefix.js';
import { MarksSaver } from './marks-saver.js';
import { ProgressBoard } from './progress-board.js';
import type { ScopeRun } from './scope-run.entity.js';
import type { ScopeMarks } from './scope-run.store.js';

const run = { jobId: 'job' as JobId, scope: 'vod', pagesDone: 0 } as ScopeRun;

describe('MarksSaver', () => {
  let saves: { ordinal: number; done: PromiseWithResolvers<void> }[];
  let prefix: AckedPrefix;
  let saver: MarksSaver;
  beforeEach(() => {
    jest.useFakeTimers();
    saves = [];
    prefix = new AckedPrefix(0, 0);
    const saveMarks = (_run: ScopeRun, marks: ScopeMarks): Promise<void> => {
      const done = Promise.withResolvers<void>();
      saves.push({ ordinal: marks.publishedOrdinal, done });
      return done.promise;
    };
    saver = new MarksSaver(run, prefix, { saveMarks }, new ProgressBoard());
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const publish = (ordinal: number): void => {
    prefix.acked(ordinal, 10);
    saver.acked();
  };
  const ordinals = (): number[] => saves.map((save) => save.ordinal);

  it('saves one state at a time, and the newest when the former is through', async () => {
    publish(1);
    await jest.advanceTimersByTimeAsync(300);
    for (let ordinal = 2; ordinal <= 9; ordinal++) {
      publish(ordinal);
      await jest.advanceTimersByTimeAsync(300);
    }
    expect(ordinals()).toEqual([1]);
    saves[0]?.done.resolve();
    await jest.advanceTimersByTimeAsync(300);
    expect(ordinals()).toEqual([1, 9]);
  });

  it('saves what came quickly without waiting for its time', async () => {
    for (let ordinal = 1; ordinal <= 7; ordinal++) publish(ordinal);
    expect(ordinals()).toEqual([5]);
    saves[0]?.done.resolve();
    await jest.advanceTimersByTimeAsync(1);
    publish(8);
    publish(9);
    expect(ordinals()).toEqual([5]);
    publish(10);
    expect(ordinals()).toEqual([5, 10]);
  });

  it('lets no more messages go than a crash may cost, until those before them are saved', async () => {
    const gone: number[] = [];
    const { signal } = new AbortController();
    const walk = (async () => {
      for (let ordinal = 1; ordinal <= 20; ordinal++) {
        await saver.room(ordinal, signal);
        gone.push(ordinal);
        publish(ordinal);
      }
    })();
    await jest.advanceTimersByTimeAsync(1_000);
    expect([gone.length, ordinals()]).toEqual([9, [5]]);
    saves[0]?.done.reject(new Error('the database is away'));
    await jest.advanceTimersByTimeAsync(300);
    expect([gone.length, ordinals()]).toEqual([9, [5, 9]]);
    saves[1]?.done.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect([gone.length, ordinals()]).toEqual([18, [5, 9, 14]]);
    saves[2]?.done.resolve();
    await walk;
    expect(gone.length).toBe(20);
  });

  it('waits no longer for room than it is wanted', async () => {
    const stop = new AbortController();
    const room = saver.room(10, stop.signal);
    stop.abort(new Error('no longer'));
    await expect(room).rejects.toThrow('no longer');
  });

  it('saves again what could not be saved', async () => {
    publish(1);
    await jest.advanceTimersByTimeAsync(300);
    saves[0]?.done.reject(new Error('the database is away'));
    await jest.advanceTimersByTimeAsync(300);
    expect(ordinals()).toEqual([1, 1]);
  });

  it('has saved everything once it is closed', async () => {
    publish(1);
    await jest.advanceTimersByTimeAsync(300);
    publish(2);
    const closed = saver.close();
    saves[0]?.done.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(ordinals()).toEqual([1, 2]);
    saves[1]?.done.resolve();
    await closed;
  });
});
