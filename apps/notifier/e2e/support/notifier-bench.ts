import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, type ClientProxy } from '@nestjs/microservices';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  FACT_TYPE,
  REQUEST,
  subjects,
  type FactType,
  type JobId,
  type JobOutcome,
  type NoticeType,
  type ProviderId,
  type RemovalHeld,
  type SyncFinished,
  type Webhook,
  type WebhookSettings,
} from '@catalogue-sync/contracts';
import { loadConfig } from '@catalogue-sync/hosting';
import { MessagePublisher, RequestClient, connectNats, natsClient } from '@catalogue-sync/messaging';
import { DatabaseClock, createOrm, sql } from '@catalogue-sync/persistence';
import {
  WebhookReceiver,
  startNats,
  startPostgres,
  type TestNats,
  type TestPostgres,
} from '@catalogue-sync/testing';
import { NotifierConfig } from '../../src/notifier.config.js';
import { NotifierModule } from '../../src/notifier.module.js';
import { NOTIFIER_SCHEMA } from '../../src/schema/schema-name.js';
import { connectTransports } from '../../src/transports.js';

const none = { added: 0, updated: 0, removed: 0, unchanged: 0 };

export function newJob(): JobId {
  return randomUUID() as string as JobId;
}

/** Two replicas of the notifier on real Postgres and NATS, by a clock that a test moves, and a real receiver. */
export class NotifierBench {
  private constructor(
    private readonly postgres: TestPostgres,
    private readonly natsServer: TestNats,
    private readonly nats: NatsConnection,
    private readonly client: ClientProxy,
    readonly orm: MikroORM,
    readonly clock: DatabaseClock,
    readonly receiver: WebhookReceiver,
    private readonly replicas: INestApplication[],
  ) {}

  static async start(): Promise<NotifierBench> {
    const [postgres, natsServer, receiver] = await Promise.all([
      startPostgres(),
      startNats(),
      WebhookReceiver.start(),
    ]);
    const databaseUrl = await postgres.createDatabase();
    const clock = new DatabaseClock();
    const replicas: INestApplication[] = [];
    for (const name of ['one', 'two']) {
      const config = loadConfig(NotifierConfig, {
        DATABASE_URL: databaseUrl,
        NATS_URL: natsServer.url,
        REPLICA_NAME: name,
        CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64'),
        ALLOWED_PRIVATE_HOSTS: '127.0.0.0/8',
        LOOK_EVERY_MS: '20',
      });
      const module = await NotifierModule.create(config, clock);
      const app = await NestFactory.create(module, { logger: false, abortOnError: false });
      connectTransports(app, config);
      await app.init();
      await app.startAllMicroservices();
      replicas.push(app);
    }
    const nats = await connectNats({ url: natsServer.url, name: 'bench' });
    const client = ClientProxyFactory.create(natsClient(natsServer.url, 'bench'));
    const orm = await createOrm({
      url: databaseUrl,
      schema: NOTIFIER_SCHEMA,
      entities: [],
      migrations: [],
    });
    return new NotifierBench(postgres, natsServer, nats, client, orm, clock, receiver, replicas);
  }

  get requests(): RequestClient {
    return new RequestClient(this.client);
  }

  /** A webhook that leads to the receiver's `path`. */
  async webhook(
    path: string,
    events: NoticeType[],
    settings: Partial<WebhookSettings> = {},
  ): Promise<Webhook> {
    const url = `${this.receiver.url}${path}`;
    const order = { url, events, enabled: true, ...settings };
    const { webhook, secret } = await this.requests.send(REQUEST.createWebhook, order);
    this.receiver.secrets.set(path, secret);
    return webhook;
  }

  /** Says a fact, as its owner does. */
  async say(type: FactType, body: { providerId: ProviderId; jobId?: JobId }, key = ''): Promise<void> {
    const { providerId, jobId } = body;
    await new MessagePublisher(this.nats).publish({
      subject: subjects.fact(providerId, type),
      type,
      // Other than the real ones, so that what is said twice arrives twice.
      messageId: `${jobId ?? providerId}:${type}:${key}:${randomUUID()}`,
      providerId,
      time: new Date(Date.now() + this.clock.offsetMs).toISOString(),
      body: JSON.stringify(body),
    });
  }

  finished(providerId: ProviderId, outcome: JobOutcome, jobId = newJob()): Promise<void> {
    const fact: SyncFinished = {
      providerId,
      jobId,
      outcome,
      counts: { channel: none, movie: { ...none, added: 3 }, series: none, category: none },
      snapshotVersion: 4,
      seconds: 12,
    };
    return this.say(FACT_TYPE.syncFinished, fact);
  }

  held(providerId: ProviderId, jobId: JobId, digest: string): Promise<void> {
    const fact: RemovalHeld = {
      providerId,
      jobId,
      scope: 'vod',
      kind: 'movie',
      cause: 'share',
      digest,
      count: 300,
      reason: '300 of 1000 would be removed at once',
    };
    return this.say(FACT_TYPE.removalHeld, fact, digest);
  }

  rows<T>(text: string, params: unknown[] = []): Promise<T[]> {
    return sql<T>(this.orm.em.fork(), text, params);
  }

  async stop(): Promise<void> {
    this.receiver.release();
    for (const app of this.replicas) await app.close();
    await this.orm.close();
    await this.client.close();
    await this.nats.close();
    await Promise.all([this.receiver.stop(), this.natsServer.stop(), this.postgres.stop()]);
  }
}
