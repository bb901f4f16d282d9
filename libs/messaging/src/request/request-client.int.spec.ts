import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, providerId, REQUEST, type JobId } from '@catalogue-sync/contracts';
import { startNats, type TestNats } from '@catalogue-sync/testing';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Payload, type ClientProxy } from '@nestjs/microservices';
import { natsClient, natsTransport } from '../connection/nats-transport.js';
import { RequestClient } from './request-client.js';
import { RequestErrorFilter } from './request-error.filter.js';

@Controller()
class AnswersController {
  @MessagePattern(REQUEST.getProvider)
  get(@Payload() request: { providerId: string }): unknown {
    return { id: request.providerId };
  }
  @MessagePattern(REQUEST.deleteProvider)
  async remove(): Promise<never> {
    throw new CatalogueSyncError('provider-busy', 'Cancel the sync first', { field: 'providerId' });
  }
  @MessagePattern(REQUEST.resetProvider)
  async reset(): Promise<never> {
    throw new Error('password=hush in the SQL text');
  }
  @MessagePattern(REQUEST.testProvider)
  async never(): Promise<never> {
    return new Promise<never>(() => undefined);
  }
}

/** Stays silent the first time, as a replica does that is frozen; then tells how often it was asked. */
@Controller()
class SilentOnceController {
  private readonly heard = new Map<string, number>();

  @MessagePattern(REQUEST.getJob)
  question(): Promise<unknown> {
    return this.answerFor(REQUEST.getJob);
  }
  @MessagePattern(REQUEST.startSync)
  order(): Promise<unknown> {
    return this.answerFor(REQUEST.startSync);
  }

  private async answerFor(pattern: string): Promise<unknown> {
    const heard = (this.heard.get(pattern) ?? 0) + 1;
    this.heard.set(pattern, heard);
    return heard === 1 ? new Promise<never>(() => undefined) : { heard };
  }
}

@Module({ controllers: [AnswersController, SilentOnceController] })
class AnswersModule {}

describe('request/reply over nats-server', () => {
  let server: TestNats;
  let app: INestMicroservice;
  let proxy: ClientProxy;
  let client: RequestClient;
  const request = { providerId: providerId('p1') };

  beforeAll(async () => {
    server = await startNats();
    app = await NestFactory.createMicroservice(AnswersModule, {
      ...natsTransport(server.url, 'answers'),
      logger: false,
    });
    app.useGlobalFilters(new RequestErrorFilter());
    await app.listen();
    proxy = ClientProxyFactory.create(natsClient(server.url, 'asker'));
    client = new RequestClient(proxy);
  });
  afterAll(async () => {
    await proxy?.close();
    await app?.close();
    await server?.stop();
  });

  it('gives the answer', async () => {
    expect(await client.send(REQUEST.getProvider, request)).toEqual({ id: 'p1' });
  });

  it('throws the error that the service threw, whole', async () => {
    const sending = client.send(REQUEST.deleteProvider, request);
    await expect(sending).rejects.toBeInstanceOf(CatalogueSyncError);
    await expect(sending).rejects.toMatchObject({
      code: 'provider-busy',
      message: 'Cancel the sync first',
      field: 'providerId',
    });
  });

  it('tells nothing of an unexpected error but that it happened', async () => {
    const error = await client.send(REQUEST.resetProvider, request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'internal' });
    expect(String(error)).not.toContain('hush');
  });

  it('asks again what changes nothing, where whoever got it stays silent', async () => {
    expect(await client.send(REQUEST.getJob, { ...request, jobId: 'j1' as JobId })).toEqual({ heard: 2 });
  });

  it('gives an order once, answered or not', async () => {
    const order = { ...request, mode: 'full', trigger: 'api' } as const;
    await expect(client.send(REQUEST.startSync, order, { timeoutMs: 1_500 })).rejects.toMatchObject({
      code: 'service-unavailable',
    });
    expect(await client.send(REQUEST.startSync, order)).toEqual({ heard: 2 });
  });

  it('says that a service is unavailable when none listens, or none answers in time', async () => {
    await expect(client.send(REQUEST.getEvents, { ...request, after: 0, limit: 1 })).rejects.toMatchObject({
      code: 'service-unavailable',
      message: expect.stringContaining('reconciler'),
    });
    await expect(client.send(REQUEST.testProvider, request, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'service-unavailable',
    });
  });
});
