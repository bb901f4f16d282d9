import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACT_TYPE, providerId, STREAM, subjects } from '@catalogue-sync/contracts';
import { connectNats, MessagePublisher, PresenceServer, provisionStreams } from '@catalogue-sync/messaging';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';

// Real: HTTP, NATS with its streams, the presence of two replicas. The services themselves are away.
describe('GET /api/system', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let connection: NatsConnection;
  let gateway: GatewayUnderTest;
  const present: PresenceServer[] = [];

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    connection = await connectNats({ url: nats.url, name: 'system-test' });
    await provisionStreams(connection);
    for (const replica of ['fetcher-b', 'fetcher-a']) {
      const server = new PresenceServer({ url: nats.url, service: 'fetcher', replica });
      await new Promise<void>((resolve, reject) => {
        void server.listen((error) => (error === undefined ? resolve() : reject(error)));
      });
      present.push(server);
    }
    gateway = await startGateway(postgres.url, nats.url);
  });
  afterAll(async () => {
    await gateway.close();
    for (const server of present) await server.close();
    await connection.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const read = async (url = gateway.url) => {
    const answer = await fetch(`${url}/api/system`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('names each service, and the replicas that answer', async () => {
    const { status, body } = await read();
    expect(status).toBe(200);
    const services = body.services as { name: string; replicas: { name: string; pid: number }[] }[];
    expect(services.map(({ name, replicas }) => [name, replicas.map((replica) => replica.name)])).toEqual([
      ['fetcher', ['fetcher-a', 'fetcher-b']],
      ['reconciler', []],
      ['snapshot', []],
      ['gateway', []],
      ['scheduler', []],
      ['notifier', []],
    ]);
    expect(services[0]?.replicas[0]).toMatchObject({ pid: process.pid, memoryBytes: expect.any(Number) });
  });

  it('tells how far behind who reads a stream is', async () => {
    const manager = await jetstreamManager(connection);
    await manager.consumers.add(STREAM.facts, {
      durable_name: 'slow-reader',
      ack_policy: AckPolicy.Explicit,
      filter_subjects: [subjects.factOfAll(FACT_TYPE.syncFinished)],
    });
    const publisher = new MessagePublisher(connection);
    for (let fact = 0; fact < 3; fact++)
      await publisher.publish({
        subject: subjects.fact(providerId('p1'), FACT_TYPE.syncFinished),
        type: FACT_TYPE.syncFinished,
        messageId: `fact:${fact}`,
        providerId: providerId('p1'),
        body: '{}',
      });
    const { body } = await read();
    const streams = body.streams as { name: string; messages: number }[];
    expect(streams.map(({ name }) => name)).toEqual(Object.values(STREAM));
    expect(streams.find(({ name }) => name === STREAM.facts)).toMatchObject({
      messages: 3,
      consumerCount: 1,
      consumers: [{ name: 'slow-reader', pending: 3, unacknowledged: 0, redelivered: 0 }],
    });
  });

  it('is refused with a reason where there is no NATS', async () => {
    const lonely = await startGateway(postgres.url, 'nats://127.0.0.1:1');
    expect(await read(lonely.url)).toMatchObject({ status: 503, body: { code: 'service-unavailable' } });
    await lonely.close();
  });
});
