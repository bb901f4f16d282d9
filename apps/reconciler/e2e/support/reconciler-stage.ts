import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import {
  PAGE_HEADER,
  PAGE_MESSAGE_TYPE,
  providerId,
  subjects,
  type JobFetched,
  type JobId,
  type ProviderId,
  type RequestMap,
  type RequestPattern,
  type ScopeFetched,
  type SyncMode,
} from '@catalogue-sync/contracts';
import { MessagePublisher, connectNats, provisionStreams } from '@catalogue-sync/messaging';
import { startNats, startPostgres, waitFor } from '@catalogue-sync/testing';
import { ReconcilerConfig } from '../../src/reconciler.config.js';
import { ReconcilerModule } from '../../src/reconciler.module.js';
import { connectTransports } from '../../src/transports.js';

export const LEASE_TTL_MS = 1500;

export interface LoggedEvent {
  seq: string;
  type: string;
  subject: string | null;
  reason: string | null;
  data: string;
}

/** Real PostgreSQL and NATS, a reconciler on them, and everything a spec needs to play the fetcher and to look at what came of it. */
export class ReconcilerStage {
  private app: INestApplication | undefined;
  private sentMessages = 0;

  private constructor(
    private readonly postgres: Awaited<ReturnType<typeof startPostgres>>,
    private readonly nats: Awaited<ReturnType<typeof startNats>>,
    readonly databaseUrl: string,
    readonly connection: NatsConnection,
    readonly db: pg.Client,
    readonly publisher: MessagePublisher,
  ) {}

  /** Servers, and no reconciler yet. */
  static async open(): Promise<ReconcilerStage> {
    const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    const databaseUrl = await postgres.createDatabase();
    const connection = await connectNats({ url: nats.url, name: 'spec' });
    await provisionStreams(connection);
    const db = new pg.Client({ connectionString: databaseUrl });
    await db.connect();
    return new ReconcilerStage(postgres, nats, databaseUrl, connection, db, new MessagePublisher(connection));
  }

  async startReconciler(
    name = 'reconciler-1',
    settings: Partial<Pick<ReconcilerConfig, 'LOG_KEEP_DAYS' | 'LOG_TRIM_EVERY_MS'>> = {},
  ): Promise<void> {
    const config = Object.assign(new ReconcilerConfig(), {
      DATABASE_URL: this.databaseUrl,
      NATS_URL: this.nats.url,
      REPLICA_NAME: name,
      LEASE_TTL_MS,
      RELAY_SWEEP_MS: 200,
      ...settings,
    });
    const module = await ReconcilerModule.create(config);
    this.app = await NestFactory.create(module, {
      logger: process.env['SPEC_LOG'] ? ['error', 'fatal', 'warn', 'log'] : ['fatal'],
    });
    connectTransports(this.app, config);
    await this.app.init();
    await this.app.startAllMicroservices();
  }

  async stopReconciler(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async close(): Promise<void> {
    await this.stopReconciler();
    await this.db.end();
    await this.connection.close();
    await Promise.all([this.postgres.stop(), this.nats.stop()]);
  }

  run(provider: ProviderId, runToken: number, mode: SyncMode = 'full'): Run {
    return new Run(this, provider, runToken, mode);
  }

  /** The provider's log, in order. */
  async log(provider: ProviderId): Promise<LoggedEvent[]> {
    const { rows } = await this.db.query<LoggedEvent>(
      `select seq, type, subject, reason, data from catalogue.event where provider_id = $1 order by seq`,
      [provider],
    );
    return rows;
  }

  /** Asks as another service asks. An error comes back as what was thrown. */
  async request<P extends RequestPattern>(pattern: P, body: RequestMap[P][0]): Promise<RequestMap[P][1]> {
    const reply = await this.connection.request(
      pattern,
      JSON.stringify({ id: randomUUID(), pattern, data: body }),
      { timeout: 10_000 },
    );
    const { err, response } = reply.json<{ err?: unknown; response: RequestMap[P][1] }>();
    if (err !== undefined && err !== null) throw err as Error;
    return response;
  }

  nextMessage(): number {
    return (this.sentMessages += 1);
  }
}

/** A stage with a reconciler for all tests of the file that calls it. */
export function onReconcilerStage(): { readonly stage: ReconcilerStage } {
  const held: { stage?: ReconcilerStage } = {};
  beforeAll(async () => {
    held.stage = await ReconcilerStage.open();
    await held.stage.startReconciler();
  }, 60_000);
  afterAll(() => held.stage?.close());
  return {
    get stage() {
      if (held.stage === undefined) throw new Error('The stage is not open yet.');
      return held.stage;
    },
  };
}

/** One run over the scope `movie` of a provider of its own, told to the reconciler as the fetcher tells it. */
export class Run {
  ordinal = 0;
  readonly jobId = randomUUID() as JobId;

  constructor(
    private readonly stage: ReconcilerStage,
    readonly provider: ProviderId,
    readonly runToken: number,
    readonly mode: SyncMode,
  ) {}

  page(
    rows: unknown[] | string,
    options: { ordinal?: number; rowType?: string; scopeRows?: number } = {},
  ): Promise<unknown> {
    const ordinal = options.ordinal ?? (this.ordinal += 1);
    return this.stage.publisher.publish({
      subject: subjects.page(this.provider, 'movie'),
      type: PAGE_MESSAGE_TYPE.pageFetched,
      messageId: `${this.provider}:${this.runToken}:${ordinal}:${this.stage.nextMessage()}`,
      providerId: this.provider,
      jobId: this.jobId,
      headers: {
        [PAGE_HEADER.scope]: 'movie',
        [PAGE_HEADER.runToken]: String(this.runToken),
        [PAGE_HEADER.ordinal]: String(ordinal),
        [PAGE_HEADER.rowType]: options.rowType ?? 'xtream-movie',
        [PAGE_HEADER.rowCount]: String(Array.isArray(rows) ? rows.length : 1),
        [PAGE_HEADER.mode]: this.mode,
        ...(options.scopeRows === undefined ? {} : { [PAGE_HEADER.scopeRows]: String(options.scopeRows) }),
      },
      body: typeof rows === 'string' ? rows : JSON.stringify(rows),
    });
  }

  async end(more: Partial<ScopeFetched> = {}): Promise<void> {
    const fetched: ScopeFetched = {
      jobId: this.jobId,
      scope: 'movie',
      runToken: this.runToken,
      mode: this.mode,
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
    await this.stage.publisher.publish({
      ...common,
      subject: subjects.page(this.provider, 'movie'),
      type: PAGE_MESSAGE_TYPE.scopeFetched,
      messageId: `${this.provider}:${this.runToken}:end`,
      body: JSON.stringify(fetched),
    });
    await this.stage.publisher.publish({
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
        const events = await this.stage.log(this.provider);
        const jobs = events.filter((event) => event.type === 'catalogue.job-reconciled.v1');
        return jobs.some((event) => (JSON.parse(event.data) as { jobId: string }).jobId === this.jobId)
          ? events
          : undefined;
      },
      { timeoutMs: 60_000, what: `job ${this.jobId} to be reconciled` },
    );
  }

  async complete(rows: unknown[], more: Partial<ScopeFetched> = {}): Promise<LoggedEvent[]> {
    await this.page(rows);
    await this.end(more);
    return this.reconciled();
  }
}

export const movie = (id: number, name = `Film ${id}`, more: object = {}): object => ({
  stream_id: id,
  name,
  category_id: '1',
  ...more,
});

export const movies = (from: number, to: number): object[] =>
  Array.from({ length: to - from + 1 }, (_, index) => movie(from + index));

export const newProvider = (): ProviderId => providerId(`p${randomUUID().replaceAll('-', '').slice(0, 12)}`);

/** Whom the events of a type are about, in order. */
export const subjectsOf = (events: readonly LoggedEvent[], type: string): (string | null)[] =>
  events.filter((event) => event.type === `catalogue.${type}.v1`).map((event) => event.subject);

/** What the last `ScopeReconciled` says. */
export const lastScope = (events: readonly LoggedEvent[]): Record<string, unknown> =>
  JSON.parse(
    events.findLast((event) => event.type === 'catalogue.scope-reconciled.v1')?.data ?? 'null',
  ) as Record<string, unknown>;
