import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { RecurringWork, type Recurring } from './recurring-work.js';

const EVERY_MS = 5;

/** A work whose turns end when the test says so. */
class Turns implements Recurring {
  readonly name = 'turns';
  readonly everyMs = EVERY_MS;
  begun = 0;
  private readonly ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  private onBegin: (() => void) | undefined;

  readonly run = (): Promise<void> => {
    this.begun += 1;
    this.onBegin?.();
    return new Promise((resolve, reject) => this.ends.push({ resolve, reject }));
  };

  end(error?: Error): void {
    const turn = this.ends.shift();
    if (error === undefined) turn?.resolve();
    else turn?.reject(error);
  }

  next(): Promise<void> {
    return new Promise((resolve) => (this.onBegin = resolve));
  }
}

const passes = (intervals: number) => new Promise((resolve) => setTimeout(resolve, intervals * EVERY_MS));

describe('recurring work', () => {
  const registry = new SchedulerRegistry();
  let work: RecurringWork;
  const started = (): Turns => {
    const turns = new Turns();
    work = new RecurringWork('sample', registry, [turns]);
    work.onApplicationBootstrap();
    return turns;
  };
  afterEach(() => {
    Logger.overrideLogger(['log', 'error', 'warn']);
  });

  it('is done at the start, and never twice at once', async () => {
    const turns = started();
    expect(turns.begun).toBe(1);
    await passes(6);
    expect(turns.begun).toBe(1);
    const next = turns.next();
    turns.end();
    await next;
    expect(turns.begun).toBe(2);
    turns.end();
    await work.beforeApplicationShutdown();
  });

  it('comes again after a failure, which is logged under the name of the service', async () => {
    const logged: unknown[] = [];
    const note = (...line: unknown[]): void => void logged.push(line);
    Logger.overrideLogger({ log: note, warn: note, error: note });
    const turns = started();
    const next = turns.next();
    turns.end(new Error('no database'));
    await next;
    expect(logged).toEqual([['turns: Error: no database', undefined, 'sample']]);
    turns.end();
    await work.beforeApplicationShutdown();
  });

  it('has ended when the service has, and comes no more', async () => {
    const turns = started();
    let isOver = false;
    const over = work.beforeApplicationShutdown().then(() => (isOver = true));
    await passes(3);
    expect(isOver).toBe(false);
    turns.end();
    await over;
    await passes(6);
    expect(turns.begun).toBe(1);
    expect(registry.getIntervals()).toEqual([]);
  });
});
