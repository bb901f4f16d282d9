import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EVENT_TYPE,
  FACT_TYPE,
  PAGE_MESSAGE_TYPE,
  providerId,
  STREAM,
  subjects,
} from '@catalogue-sync/contracts';
import { EmbeddedNats } from '@catalogue-sync/embedded';
import { waitFor } from '@catalogue-sync/testing';
import type { INestMicroservice } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { LeaseTable } from '../../e2e/support/lease-table.js';
import { batchController, eventController, startReplica } from '../../e2e/support/replica.js';
import { connectNats, durableSource, EventRelay, MessagePublisher, partitionedSource } from '../index.js';

const p1 = providerId('p1');

describe('a nats-server that comes back with an empty store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wiped-nats-'));
  let server: EmbeddedNats;
  let nc: NatsConnection;
  let app: INestMicroservice;
  const seen = { pages: [] as number[], events: [] as number[], facts: [] as number[] };

  beforeAll(async () => {
    server = await new EmbeddedNats({ storeDir: join(folder, 'first') }).start();
    nc = await connectNats({ url: server.url, name: 'wiped-test' });
    const leases = new LeaseTable();
    const batch = { maxUnits: 10, units: () => 1, maxMessages: 10, maxWaitMs: 10 };
    const indexOf = (message: { json<T>(): T }): number => message.json<{ index: number }>().index;
    app = await startReplica(
      nc,
      [
        partitionedSource({
          name: 'pages',
          stream: STREAM.pages,
          filterSubject: subjects.pagesOf,
          ownership: leases.ownership('pages'),
          consumer: { kind: 'work-queue', durable: (provider) => `pages-${provider}`, ackWaitMs: 5_000 },
          batchPattern: 'pages',
          batch,
          // Held all the time, so that it is the open consumer that has to notice.
          idleReleaseMs: 60_000,
        }),
        partitionedSource({
          name: 'events',
          stream: STREAM.events,
          filterSubject: subjects.eventsOf,
          ownership: new LeaseTable().ownership('events'),
          consumer: { kind: 'ordered', start: () => Promise.resolve({}) },
          batchPattern: 'events',
          batch,
          idleReleaseMs: 60_000,
        }),
        durableSource({
          stream: STREAM.facts,
          durable: 'facts',
          filterSubjects: [subjects.factOfAll(FACT_TYPE.syncFinished)],
          types: [FACT_TYPE.syncFinished],
        }),
      ],
      [
        batchController((messages) => void seen.pages.push(...messages.map(indexOf)), 'pages'),
        batchController((messages) => void seen.events.push(...messages.map(indexOf)), 'events'),
        eventController(FACT_TYPE.syncFinished, (message) => void seen.facts.push(indexOf(message))),
      ],
    );
  });
  afterAll(async () => {
    await app?.close();
    await nc?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is filled again and read again, without a restart of anything', async () => {
    const publisher = new MessagePublisher(nc);
    const log = [1, 2, 3].map((index) => ({
      seq: index,
      type: EVENT_TYPE.itemAdded,
      time: new Date().toISOString(),
      data: JSON.stringify({ index }),
    }));
    const relay = new EventRelay(nc, {
      read: (_provider, after, limit) =>
        Promise.resolve(log.filter((event) => event.seq > after).slice(0, limit)),
      head: () => Promise.resolve(log.length),
    });
    const publishAll = async (index: number): Promise<void> => {
      await publisher.publish({
        subject: subjects.page(p1, 'vod'),
        type: PAGE_MESSAGE_TYPE.pageFetched,
        messageId: `page:${index}`,
        providerId: p1,
        body: JSON.stringify({ index }),
      });
      await publisher.publish({
        subject: subjects.fact(p1, FACT_TYPE.syncFinished),
        type: FACT_TYPE.syncFinished,
        messageId: `fact:${index}`,
        providerId: p1,
        body: JSON.stringify({ index }),
      });
      await relay.relay(p1);
    };

    await publishAll(1);
    await waitFor(() => seen.pages.length === 1 && seen.facts.length === 1 && seen.events.length === 3);

    const { port } = new URL(server.url);
    await server.stop();
    server = await new EmbeddedNats({ storeDir: join(folder, 'second'), port: Number(port) }).start();
    expect(new URL(server.url).port).toBe(port);

    await publishAll(2);
    await waitFor(() => seen.pages.includes(2) && seen.facts.includes(2) && seen.events.length >= 6, {
      timeoutMs: 60_000,
    });
    expect(seen.events).toEqual([1, 2, 3, 1, 2, 3]);
  });
});
