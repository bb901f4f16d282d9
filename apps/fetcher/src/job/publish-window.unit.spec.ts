import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PublishWindow } from './publish-window.js';

const never = new AbortController().signal;

describe('PublishWindow', () => {
  it('has room until the limit is published, and again when pages are reconciled', async () => {
    const window = new PublishWindow(2);
    window.published(7, 1);
    expect(await window.room(0, never)).toBe(true);
    window.published(7, 2);
    expect(await window.room(0, never)).toBe(false);
    window.reconciled(7, 1, 0);
    expect(await window.room(0, never)).toBe(true);
  });

  it('wakes whoever waits when a hint makes room', async () => {
    const window = new PublishWindow(1);
    window.published(7, 1);
    const waiting = window.room(60_000, never);
    window.reconciled(7, 1, 0);
    expect(await waiting).toBe(true);
  });

  it('gives up waiting when it is aborted', async () => {
    const window = new PublishWindow(1);
    window.published(7, 1);
    const brake = new AbortController();
    const waiting = window.room(60_000, brake.signal);
    brake.abort();
    expect(await waiting).toBe(false);
  });

  it('tells when pages were taken in, and how many of their rows were new or differed', async () => {
    const window = new PublishWindow(16);
    const waiting = window.takenIn(7, 3, 60_000, never);
    window.reconciled(7, 2, 5);
    expect(window.hasTakenIn(7, 3)).toBe(false);
    window.reconciled(7, 3, 6);
    window.reconciled(7, 1, 2);
    expect(await waiting).toBe(true);
    expect([window.changed(7), window.changed(8)]).toEqual([6, 0]);
    expect(await window.takenIn(8, 1, 0, never)).toBe(false);
  });

  it('counts what earlier scopes still have in the queue', () => {
    const window = new PublishWindow(16);
    window.published(7, 10);
    window.reconciled(7, 4, 0);
    window.published(8, 3);
    expect(window.inFlight).toBe(9);
    window.forget(7);
    expect(window.inFlight).toBe(3);
    window.drained();
    expect(window.inFlight).toBe(0);
  });

  it('does not make room out of hints that come late, twice or in disorder', () => {
    const hints = fc.array(fc.record({ run: fc.constantFrom(1, 2), pages: fc.integer({ min: 0, max: 30 }) }));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 30 }),
        hints,
        (one, two, told) => {
          const window = new PublishWindow();
          window.published(1, one);
          window.published(2, two);
          for (const { run, pages } of [...told, ...told]) window.reconciled(run, pages, 0);
          const best = (run: number) =>
            Math.max(0, ...told.filter((hint) => hint.run === run).map(({ pages }) => pages));
          expect(window.inFlight).toBe(Math.max(0, one - best(1)) + Math.max(0, two - best(2)));
        },
      ),
    );
  });
});
