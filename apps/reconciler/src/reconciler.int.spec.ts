import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import {
  PAGE_HEADER,
  PAGE_MESSAGE_TYPE,
  STREAM,
  providerId,
  subjects,
  type JobFetched,
  type JobId,
  type ProviderId,
  type ScopeFetched,
} from '@catalogue-sync/contracts';
import { MessagePublisher, connectNats, provisionStreams } from '@catalogue-sync/messaging';
import { LeaseStore, OutboxStore, createOrm } from '@catalogue-sync/persistence';
import { startNats, startPostgres, waitFor } from '@catalogue-sync/testing';
import { ReconcilerConfig } from './reconciler.config.js';
import { ReconcilerModule } from './reconciler.module.js';
import { RECONCILER_SCHEMA } from './schema/schema-name.js';
import { CloseScope } from './scope/close-scope.js';
import { connectTransports } from './transports.js';

interface LoggedEvent {
  seq: string;
  type: string;
  subject: string | null;
  reason: string | null;
  data: string;
}

const LEASE_TTL_MS = 1500;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let nats: Awaited<ReturnType<typeof startNats>>;
let databaseUrl: string;
let connection: NatsConnection;
let publisher: MessagePublisher;
let db: pg.Client;
let app: INestApplication;
let sentMessages = 0;

beforeAll(async () => {
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  databaseUrl = await postgres.createDatabase();
  connection = await connectNats({ url: nats.url, name: 'spec' });
  await provisionStreams(connection);
  publisher = new MessagePublisher(connection);
  db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
}, 60_000);
afterAll(async () => {
  await db?.end();
  await connection?.close();
  await Promise.all([postgres?.stop(), nats?.stop()]);
});
beforeEach(async () => {
  app = await startReconciler('reconciler-1');
});
afterEach(async () => {
  await app?.close();
});

async function startReconciler(name: string): Promise<INestApplication> {
  const config = Object.assign(new ReconcilerConfig(), {
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.url,
    REPLICA_NAME: name,
    LEASE_TTL_MS,
    RELAY_SWEEP_MS: 200,
  });
  const module = await ReconcilerModule.create(config);
  const created = await NestFactory.create(module, {
    logger: process.env['SPEC_LOG'] ? ['error', 'fatal', 'warn', 'log'] : ['fatal'],
  });
  connectTransports(created, config);
  await created.init();
  await created.startAllMicroservices();
  return created;
}

/** One run over one scope of a provider of its own, told to the reconciler as the fetcher tells it. */
class Run {
  ordinal = 0;
  readonly jobId = randomUUID() as JobId;
  constructor(
    readonly provider: ProviderId,
    readonly runToken: number,
  ) {}

  page(
    rows: unknown[] | string,
    options: { ordinal?: number; messageId?: string; rowType?: string } = {},
  ): Promise<unknown> {
    const ordinal = options.ordinal ?? (this.ordinal += 1);
    return publisher.publish({
      subject: subjects.page(this.provider, 'movie'),
      type: PAGE_MESSAGE_TYPE.pageFetched,
      messageId: options.messageId ?? `${this.provider}:${this.runToken}:${ordinal}:${(sentMessages += 1)}`,
      providerId: this.provider,
      jobId: this.jobId,
      headers: {
        [PAGE_HEADER.scope]: 'movie',
        [PAGE_HEADER.runToken]: String(this.runToken),
        [PAGE_HEADER.ordinal]: String(ordinal),
        [PAGE_HEADER.rowType]: options.rowType ?? 'xtream-movie',
        [PAGE_HEADER.rowCount]: String(Array.isArray(rows) ? rows.length : 1),
      },
      body: typeof rows === 'string' ? rows : JSON.stringify(rows),
    });
  }

  async end(more: Partial<ScopeFetched> = {}): Promise<void> {
    const fetched: ScopeFetched = {
      jobId: this.jobId,
      scope: 'movie',
      runToken: this.runToken,
      expectedPages: this.ordinal,
      outcome: 'complete',
      itemRows: 0,
      categoriesComplete: true,
      removalConfirmations: 1,
      ...more,
    };
    const job: JobFetched = {
      jobId: this.jobId,
      outcome: 'completed',
      scopes: [{ scope: 'movie', runToken: this.runToken }],
    };
    const common = { providerId: this.provider, jobId: this.jobId };
    await publisher.publish({
      ...common,
      subject: subjects.page(this.provider, 'movie'),
      type: PAGE_MESSAGE_TYPE.scopeFetched,
      messageId: `${this.provider}:${this.runToken}:end`,
      body: JSON.stringify(fetched),
    });
    await publisher.publish({
      ...common,
      subject: subjects.page(this.provider, 'job'),
      type: PAGE_MESSAGE_TYPE.jobFetched,
      messageId: `${this.jobId}:end`,
      body: JSON.stringify(job),
    });
  }

  async reconciled(): Promise<LoggedEvent[]> {
    return waitFor(
      async () => {
        const events = await log(this.provider);
        const jobs = events.filter((event) => event.type === 'catalogue.job-reconciled.v1');
        return jobs.some((event) => (JSON.parse(event.data) as { jobId: string }).jobId === this.jobId)
          ? events
          : undefined;
      },
      { timeoutMs: 20_000, what: `job ${this.jobId} to be reconciled` },
    );
  }

  async complete(rows: unknown[], more: Partial<ScopeFetched> = {}): Promise<LoggedEvent[]> {
    await this.page(rows);
    await this.end(more);
    return this.reconciled();
  }
}

const movie = (id: number, name = `Film ${id}`, more: object = {}): object => ({
  stream_id: id,
  name,
  category_id: '1',
  ...more,
});
const movies = (from: number, to: number): object[] =>
  Array.from({ length: to - from + 1 }, (_, index) => movie(from + index));
const newProvider = (): ProviderId => providerId(`p${randomUUID().replaceAll('-', '').slice(0, 12)}`);

async function log(provider: ProviderId): Promise<LoggedEvent[]> {
  const { rows } = await db.query<LoggedEvent>(
    `select seq, type, subject, reason, data from catalogue.event where provider_id = $1 order by seq`,
    [provider],
  );
  return rows;
}
const of = (events: LoggedEvent[], type: string): (string | null)[] =>
  events.filter((event) => event.type === `catalogue.${type}.v1`).map((event) => event.subject);

describe('the reconciler', () => {
  it('numbers a provider’s events 1..n in commit order, and publishes exactly those (I2, I3)', async () => {
    const provider = newProvider();
    const run = new Run(provider, 1);
    for (let page = 0; page < 7; page++) await run.page(movies(page * 300 + 1, page * 300 + 300));
    await run.end();
    const events = await run.reconciled();
    expect(events.map((event) => Number(event.seq))).toEqual(events.map((_, index) => index + 1));
    expect(of(events, 'item-added')).toHaveLength(2100);

    const published: number[] = [];
    const subscription = await (
      await import('@nats-io/jetstream')
    )
      .jetstream(connection)
      .consumers.get('CATALOGUE_EVENTS', { filter_subjects: [subjects.eventsOf(provider)] });
    const messages = await subscription.fetch({ max_messages: events.length, expires: 5000 });
    for await (const message of messages) published.push(Number(message.headers?.get('seq')));
    expect(published).toEqual(events.map((_, index) => index + 1));
  }, 30_000);

  it('changes nothing when a page comes again, in this run or from one that is over (I4, I8)', async () => {
    const provider = newProvider();
    const first = new Run(provider, 5);
    await first.page(movies(1, 10));
    await first.page(movies(1, 10), { ordinal: 1 });
    await first.end();
    const events = await first.reconciled();
    expect(of(events, 'item-added')).toHaveLength(10);

    const stale = new Run(provider, 4);
    await stale.page([movie(99)]);
    await new Run(provider, 6).complete(movies(1, 10));
    expect(of(await log(provider), 'item-added')).toHaveLength(10);
  }, 30_000);

  it('removes what a complete run no longer lists, and nothing after an incomplete one', async () => {
    const provider = newProvider();
    await new Run(provider, 1).complete(movies(1, 20));
    const partial = await new Run(provider, 2).complete(movies(1, 18), {
      outcome: 'incomplete',
      reason: 'a page is missing',
    });
    expect(of(partial, 'item-removed')).toEqual([]);
    const complete = await new Run(provider, 3).complete(movies(1, 18));
    expect(of(complete, 'item-removed')).toEqual(['movie:19', 'movie:20']);
    const returned = await new Run(provider, 4).complete(movies(1, 19));
    expect(of(returned, 'item-added').slice(20)).toEqual(['movie:19']);
  }, 30_000);

  it('waits for as many complete runs as it is told, and forgets an absence when the item is back', async () => {
    const provider = newProvider();
    const twice = { removalConfirmations: 2 };
    await new Run(provider, 1).complete(movies(1, 5), twice);
    await new Run(provider, 2).complete(movies(1, 4), twice);
    await new Run(provider, 3).complete(movies(1, 5), twice);
    expect(of(await new Run(provider, 4).complete(movies(1, 4), twice), 'item-removed')).toEqual([]);
    expect(of(await new Run(provider, 5).complete(movies(1, 4), twice), 'item-removed')).toEqual(['movie:5']);
  }, 30_000);

  it('holds a removal that is too large to be believed, and an empty answer', async () => {
    const provider = newProvider();
    await new Run(provider, 1).complete(movies(1, 200));
    const held = await new Run(provider, 2).complete(movies(1, 100));
    expect(of(held, 'item-removed')).toEqual([]);
    const { rows } = await db.query(
      `select kind, count, state from catalogue.removal_hold where provider_id = $1`,
      [provider],
    );
    expect(rows).toEqual([{ kind: 'movie', count: 100, state: 'held' }]);
    expect(of(await new Run(provider, 3).complete([]), 'item-removed')).toEqual([]);
  }, 30_000);

  it('tells one update for an item whose categories changed, whatever else did', async () => {
    const provider = newProvider();
    await new Run(provider, 1).complete([movie(1), movie(2), movie(3)]);
    const events = await new Run(provider, 2).complete([
      movie(1, 'Film 1', { category_id: '2' }),
      movie(2, 'Other name', { category_id: '2' }),
      movie(3),
      movie(3, 'Film 3', { category_id: '9' }),
    ]);
    const updates = events.filter((event) => event.type === 'catalogue.item-updated.v1');
    expect(updates.map((event) => [event.subject, event.reason])).toEqual([
      ['movie:1', 'recategorised'],
      ['movie:2', 'changed'],
      ['movie:3', 'recategorised'],
    ]);
    const categories = updates.map(
      (event) => (JSON.parse(event.data) as { categoryIds: string[] }).categoryIds,
    );
    expect(categories).toEqual([['movie:2'], ['movie:2'], ['movie:1', 'movie:9']]);
  }, 30_000);

  it('sets a malformed row aside and does not take it for removed (I11)', async () => {
    const provider = newProvider();
    await new Run(provider, 1).complete(movies(1, 3));
    const events = await new Run(provider, 2).complete([
      movie(1),
      'not a row',
      { name: 'no id' },
      movie(2),
      movie(3),
    ]);
    expect(of(events, 'item-removed')).toEqual([]);
    expect(JSON.parse(events.at(-2)?.data ?? '')).toMatchObject({ malformedRows: 2 });
  }, 30_000);

  it('parks a page that is no list, ends its scope incomplete, and lets other providers flow (I10, I11)', async () => {
    const [bad, good] = [newProvider(), newProvider()];
    await new Run(bad, 1).complete(movies(1, 3));
    const poisoned = new Run(bad, 2);
    await poisoned.page('{"not": "a list"');
    await poisoned.page(movies(1, 2));
    await poisoned.end();
    expect(of(await new Run(good, 1).complete(movies(1, 5)), 'item-added')).toHaveLength(5);
    const events = await poisoned.reconciled();
    expect(of(events, 'item-removed')).toEqual([]);
    expect(JSON.parse(events.at(-2)?.data ?? '')).toMatchObject({ outcome: 'incomplete' });
    const { rows } = await db.query(`select ordinal from catalogue.dead_letter where provider_id = $1`, [
      bad,
    ]);
    expect(rows).toEqual([{ ordinal: 1 }]);
  }, 30_000);

  it('waits for the lease of another holder, and goes on when it has run out (I8)', async () => {
    const provider = newProvider();
    const orm = await createOrm({
      url: databaseUrl,
      schema: RECONCILER_SCHEMA,
      entities: [],
      migrations: [],
    });
    const taken = await new LeaseStore(orm, 'someone-else').acquire(`provider:${provider}`, LEASE_TTL_MS);
    const run = new Run(provider, 1);
    await run.page(movies(1, 3));
    await run.end();
    const held = Date.now();
    const events = await run.reconciled();
    expect(taken).toBeDefined();
    expect(Date.now() - held).toBeGreaterThan(LEASE_TTL_MS / 2);
    expect(of(events, 'item-added')).toHaveLength(3);
    await orm.close();
  }, 30_000);

  it('refuses the write of a holder whose lease has passed on (I8)', async () => {
    const provider = newProvider();
    const orm = await createOrm({
      url: databaseUrl,
      schema: RECONCILER_SCHEMA,
      entities: [],
      migrations: [],
    });
    const name = `provider:${provider}`;
    const zombie = await new LeaseStore(orm, 'zombie').acquire(name, 1);
    await waitFor(() => new LeaseStore(orm, 'heir').acquire(name, 60_000), { what: 'the lease to pass on' });
    const fetched: ScopeFetched = {
      jobId: randomUUID() as JobId,
      scope: 'movie',
      runToken: 1,
      expectedPages: 0,
      outcome: 'complete',
      itemRows: 0,
      categoriesComplete: true,
      removalConfirmations: 1,
    };
    if (!zombie) throw new Error('the lease was not free');
    const write = new CloseScope(orm, new LeaseStore(orm, 'zombie'), new OutboxStore(orm)).noteFetched(
      provider,
      zombie,
      fetched,
    );
    await expect(write).rejects.toMatchObject({ code: 'lease-lost' });
    const { rows } = await db.query(`select 1 from catalogue.sweep where provider_id = $1`, [provider]);
    expect(rows).toEqual([]);
    await orm.close();
  }, 30_000);

  it('fills a wiped JetStream anew from the log, the same events under the same ids (I1)', async () => {
    const provider = newProvider();
    const events = await new Run(provider, 1).complete(movies(1, 50));
    const manager = await jetstreamManager(connection);
    const idsInStream = async (): Promise<string[]> => {
      const consumer = await jetstream(connection).consumers.get(STREAM.events, {
        filter_subjects: [subjects.eventsOf(provider)],
      });
      const ids: string[] = [];
      for await (const message of await consumer.fetch({ max_messages: events.length, expires: 2000 })) {
        ids.push(message.headers?.get('Nats-Msg-Id') ?? '');
      }
      return ids;
    };
    const before = await waitFor(
      async () => ((await idsInStream()).length === events.length ? idsInStream() : undefined),
      {
        what: 'the events to be published',
      },
    );
    await manager.streams.delete(STREAM.events);
    await provisionStreams(connection);
    const after = await waitFor(
      async () => ((await idsInStream()).length === events.length ? idsInStream() : undefined),
      {
        timeoutMs: 20_000,
        what: 'the stream to be filled anew',
      },
    );
    expect(after).toEqual(before);
    expect(before).toEqual(events.map((event) => `${provider}:${event.seq}`));
  }, 40_000);

  it('goes on where it stood after a restart in the middle of a run', async () => {
    const provider = newProvider();
    const run = new Run(provider, 1);
    await run.page(movies(1, 300));
    await waitFor(async () => (await log(provider)).length >= 300, { what: 'the first page' });
    await app.close();
    await run.page([movie(7, 'Another text of film 7'), ...movies(301, 400)]);
    await run.end();
    app = await startReconciler('reconciler-2');
    const events = await run.reconciled();
    expect(of(events, 'item-added')).toHaveLength(400);
    expect(of(events, 'item-updated')).toEqual([]);
  }, 30_000);
});
