import { describe, expect, it } from '@jest/globals';
import { providerId, STREAM } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { deferred, nameOf, oneTo, p1, PageQueue, type PageName } from '../../e2e/support/page-queue.js';
import type { InboundMessage, PartitionContext } from '../index.js';

describe('partitionedSource: ownership', () => {
  const queue = PageQueue.use();

  it('stops acknowledging and aborts the signal when ownership is lost; the new owner gets all of it, in order', async () => {
    await queue.publish(p1, oneTo(25));
    const hung = deferred();
    const signals: AbortSignal[] = [];
    const first = await queue.replica(
      (_messages, context) => {
        signals.push(context.signal);
        return { settled: hung.promise };
      },
      {},
      'one',
      600,
    );
    await waitFor(() => signals.length === 2);
    queue.leases.steal(p1, 'thief');
    await waitFor(() => signals[0]!.aborted);
    hung.resolve();
    await first.close();
    expect(await queue.left()).toBe(25);
    queue.leases.giveBack(p1);
    const seen: PageName[] = [];
    const tokens = new Set<number>();
    await queue.replica(
      (messages, context) => {
        tokens.add(context.lease.token);
        seen.push(...messages.map(nameOf));
      },
      {},
      'two',
    );
    await waitFor(async () => (await queue.left()) === 0);
    expect(seen).toEqual(oneTo(25));
    expect([...tokens]).toEqual([3]);
  });

  it('gives up a lease that it could not renew before it ran out', async () => {
    await queue.publish(p1, oneTo(3));
    const hung = deferred();
    let signal: AbortSignal | undefined;
    await queue.replica(
      (_messages, context) => {
        signal = context.signal;
        return hung.promise;
      },
      {},
      'one',
      500,
    );
    await waitFor(() => signal);
    queue.leases.failing = true;
    await waitFor(() => signal!.aborted, { timeoutMs: 3_000 });
    expect(await queue.left()).toBe(3);
    hung.resolve();
    queue.leases.failing = false;
    await waitFor(async () => (await queue.left()) === 0);
  });

  it('renews while it works longer than the lease lasts, and messages do not come twice meanwhile', async () => {
    await queue.publish(p1, oneTo(20));
    const slow = deferred();
    let handed = 0;
    await queue.replica(
      (messages) => {
        handed += messages.length;
        return slow.promise;
      },
      { consumer: { kind: 'work-queue', durable: (provider) => `test-${provider}`, ackWaitMs: 600 } },
      'one',
      450,
    );
    const until = Date.now() + 2_000;
    await waitFor(() => Date.now() > until);
    expect(queue.leases.owner(p1)).toBe('one');
    expect(queue.leases.rows.get(p1)?.token).toBe(1);
    slow.resolve();
    await waitFor(async () => (await queue.left()) === 0);
    expect(handed).toBe(20);
  });

  it('releases a provider that has no more messages, and takes it again when some come', async () => {
    await queue.publish(p1, [1]);
    const seen: PageName[] = [];
    await queue.replica((messages) => void seen.push(...messages.map(nameOf)));
    await waitFor(() => seen.length === 1);
    await waitFor(() => queue.leases.owner(p1) === undefined);
    await waitFor(async () => (await queue.manager.consumers.list(STREAM.pages).next()).length === 0);
    await queue.publish(p1, [2]);
    await waitFor(() => seen.length === 2);
    expect(queue.leases.rows.get(p1)?.token).toBe(2);
  });

  it('shares providers among replicas, each provider in order', async () => {
    const providers = Array.from({ length: 6 }, (_, index) => providerId(`pr${index}`));
    for (const provider of providers) await queue.publish(provider, oneTo(30));
    const seen = new Map<string, PageName[]>();
    const handle = (messages: InboundMessage[], context: PartitionContext): void => {
      const list = seen.get(context.providerId) ?? [];
      list.push(...messages.map(nameOf));
      seen.set(context.providerId, list);
    };
    await Promise.all([queue.replica(handle, {}, 'one'), queue.replica(handle, {}, 'two')]);
    await waitFor(async () => (await queue.left()) === 0, { timeoutMs: 60_000 });
    for (const provider of providers) expect(seen.get(provider)).toEqual(oneTo(30));
  });
});
