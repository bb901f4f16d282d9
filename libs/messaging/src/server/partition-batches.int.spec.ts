import { describe, expect, it } from '@jest/globals';
import { STREAM } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import {
  deferred,
  nameOf,
  oneTo,
  p1,
  PageQueue,
  type Deferred,
  type PageName,
} from '../../e2e/support/page-queue.js';

describe('partitionedSource: batches and their settling', () => {
  const queue = PageQueue.use();

  it('hands over every message once, in order, in batches within the limits, and acknowledges them', async () => {
    await queue.publish(p1, oneTo(95));
    const seen: PageName[] = [];
    const sizes: number[] = [];
    await queue.replica((messages, context) => {
      expect(context.providerId).toBe(p1);
      expect(context.lease).toMatchObject({ owner: 'one', token: 1 });
      sizes.push(messages.length);
      seen.push(...messages.map(nameOf));
    });
    await waitFor(async () => (await queue.left()) === 0);
    expect(seen).toEqual(oneTo(95));
    expect(Math.max(...sizes)).toBe(10);
  });

  it('closes a batch by units, and hands over a message that is too big for any batch alone', async () => {
    const batches: PageName[][] = [];
    await queue.publish(p1, [4, 4, 4, 25, 3, 7, 1]);
    await queue.replica((messages) => void batches.push(messages.map(nameOf)), {
      batch: { maxUnits: 10, units: (message) => Number(nameOf(message)), maxMessages: 100, maxWaitMs: 400 },
    });
    await waitFor(async () => (await queue.left()) === 0);
    expect(batches).toEqual([[4, 4], [4], [25], [3, 7], [1]]);
  });

  it('lets a batch go that waits for more as soon as a message comes for which somebody waits', async () => {
    const batches: PageName[][] = [];
    await queue.publish(p1, ['one']);
    await queue.replica((messages) => void batches.push(messages.map(nameOf)), {
      batch: {
        maxUnits: 10,
        units: () => 1,
        maxMessages: 10,
        maxWaitMs: 3_600_000,
        isUrgent: (message) => nameOf(message) === 'end',
      },
    });
    await queue.publish(p1, ['two', 'end']);
    await waitFor(() => batches.length > 0);
    expect(batches).toEqual([['one', 'two', 'end']]);
  });

  it('acknowledges only what is settled, in order, with at most two batches unsettled', async () => {
    await queue.publish(p1, oneTo(40));
    const settling: Deferred[] = [];
    await queue.replica(() => {
      const settled = deferred();
      settling.push(settled);
      return { settled: settled.promise };
    });
    await waitFor(() => settling.length === 2);
    expect(await queue.left()).toBe(40);
    // The second settles first: nothing may be acknowledged before the first.
    settling[1]!.resolve();
    await queue.nc.flush();
    expect(await queue.left()).toBe(40);
    settling[0]!.resolve();
    await waitFor(async () => (await queue.left()) === 20);
    await waitFor(() => settling.length === 4);
    settling[2]!.resolve();
    settling[3]!.resolve();
    await waitFor(async () => (await queue.left()) === 0);
  });

  it('holds a bounded amount of messages and bytes', async () => {
    await queue.publish(p1, oneTo(30), 400_000);
    const gate = deferred();
    await queue.replica(() => gate.promise, {
      buffer: { maxBytes: 3_000_000 },
      batch: { maxUnits: 2, units: () => 1, maxMessages: 2, maxWaitMs: 10 },
    });
    const consumer = await waitFor(() => queue.manager.consumers.info(STREAM.pages, 'test-p1'));
    expect(consumer.config.max_deliver).toBe(-1);
    const until = Date.now() + 700;
    await waitFor(() => Date.now() > until);
    const { num_ack_pending } = await queue.manager.consumers.info(STREAM.pages, 'test-p1');
    expect(num_ack_pending).toBeGreaterThanOrEqual(5);
    expect(num_ack_pending).toBeLessThanOrEqual(8);
    gate.resolve();
    await waitFor(async () => (await queue.left()) === 0, { timeoutMs: 60_000 });
  });

  it('waits for a running handler when it closes and acknowledges it; what was not begun stays', async () => {
    await queue.publish(p1, oneTo(30));
    const running = deferred();
    const batches: number[] = [];
    const made = await queue.replica(async (messages) => {
      batches.push(messages.length);
      await running.promise;
    });
    await waitFor(() => batches.length === 1);
    const closing = made.close();
    const again = made.close();
    running.resolve();
    await Promise.all([closing, again]);
    const [handled = 0] = batches;
    expect(batches).toEqual([handled]);
    // Acknowledgements are taken in by the server when it comes to them.
    await waitFor(async () => (await queue.left()) <= 30 - handled);
    expect(await queue.left()).toBe(30 - handled);
    expect(queue.leases.owner(p1)).toBeUndefined();
  });

  it('begins no batch once it closes, though a look for work takes its time', async () => {
    await queue.publish(p1, oneTo(30));
    const [running, looking, looked] = [deferred(), deferred(), deferred()];
    const batches: number[] = [];
    let looks = 0;
    const made = await queue.replica(
      async (messages) => {
        batches.push(messages.length);
        await running.promise;
      },
      {
        discover: async () => {
          if (++looks === 1) return [p1];
          looking.resolve();
          await looked.promise;
          return [];
        },
      },
    );
    await Promise.all([waitFor(() => batches.length === 1), looking.promise]);
    const closing = made.close();
    running.resolve();
    await waitFor(() => queue.leases.owner(p1) === undefined);
    looked.resolve();
    await closing;
    expect(batches).toHaveLength(1);
  });
});
