import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CatalogueSyncError,
  FACT_TYPE,
  PRESENCE_SUBJECT,
  providerId,
  REQUEST,
  STREAM,
  subjects,
} from '@catalogue-sync/contracts';
import { startNats, waitFor, type TestNats } from '@catalogue-sync/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestApplication } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, type ClientProxy } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { eventController } from '../../e2e/support/replica.js';
import { durableSource, JetStreamServer, listPresences, MessagePublisher, RequestClient } from '../index.js';
import { connectMessaging } from './connect-messaging.js';
import { connectNats } from './connect-nats.js';
import { natsClient } from './nats-transport.js';

@Controller()
class BusyController {
  @MessagePattern(REQUEST.getProvider)
  async get(): Promise<never> {
    throw new CatalogueSyncError('provider-not-found', 'Create it first');
  }
}

describe('connectMessaging: a service with both transports', () => {
  let server: TestNats;
  let nc: NatsConnection;
  let app: INestApplication;
  let proxy: ClientProxy;
  let failures = 3;

  beforeAll(async () => {
    server = await startNats();
    nc = await connectNats({ url: server.url, name: 'hybrid-test' });
    const handler = eventController(FACT_TYPE.syncFinished, () => {
      if (failures-- > 0) throw Object.assign(new Error('the database restarts'), { code: '57P03' });
    });
    const module = await Test.createTestingModule({ controllers: [BusyController, handler] }).compile();
    app = module.createNestApplication({ logger: false });
    const source = durableSource({
      stream: STREAM.facts,
      durable: 'hybrid',
      filterSubjects: [subjects.factOfAll(FACT_TYPE.syncFinished)],
      types: [FACT_TYPE.syncFinished],
      maxDeliver: 1,
    });
    connectMessaging(app, {
      jetStream: new JetStreamServer({ connection: nc, service: 'hybrid', sources: [source] }),
      requests: { url: server.url, queue: 'fetcher', replica: 'fetcher-7' },
    });
    await app.init();
    await app.startAllMicroservices();
    proxy = ClientProxyFactory.create(natsClient(server.url, 'asker'));
  });
  afterAll(async () => {
    await proxy?.close();
    await app?.close();
    await nc?.close();
    await server?.stop();
  });

  it('lets request handlers answer with the errors they throw', async () => {
    await expect(
      new RequestClient(proxy).send(REQUEST.getProvider, { providerId: providerId('p1') }),
    ).rejects.toMatchObject({ code: 'provider-not-found', message: 'Create it first' });
  });

  it('is found by who asks who is there, and others that answer are not', async () => {
    nc.subscribe(PRESENCE_SUBJECT, {
      callback: (_, message) => void message.respond('{"service":"fetcher"}'),
    });
    expect(await listPresences(nc)).toEqual([
      {
        service: 'fetcher',
        replica: 'fetcher-7',
        startedAt: expect.stringMatching(/^\d{4}-/),
        pid: process.pid,
        memoryBytes: expect.any(Number),
      },
    ]);
  });

  it('lets sources see what event handlers throw: an outage parks nothing, not even at the last delivery', async () => {
    await new MessagePublisher(nc).publish({
      subject: subjects.fact(providerId('p1'), FACT_TYPE.syncFinished),
      type: FACT_TYPE.syncFinished,
      messageId: 'fact:1',
      providerId: providerId('p1'),
      body: '{}',
    });
    const manager = await jetstreamManager(nc);
    await waitFor(async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info(STREAM.facts, 'hybrid');
      return num_pending + num_ack_pending === 0;
    });
    expect(failures).toBeLessThan(0);
    expect((await manager.streams.info(STREAM.deadLetters)).state.messages).toBe(0);
  });
});
