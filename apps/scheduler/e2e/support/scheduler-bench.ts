import { ClientProxyFactory, type ClientProxy } from '@nestjs/microservices';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { RequestClient, connectNats, natsClient } from '@catalogue-sync/messaging';
import { DatabaseClock, createOrm, migrate, sql } from '@catalogue-sync/persistence';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { FollowProviders } from '../../src/provider/follow-providers.js';
import { Schedules } from '../../src/schedule/schedules.js';
import { migrations } from '../../src/schema/migrations.js';
import { SCHEDULER_SCHEMA } from '../../src/schema/schema-name.js';
import { RaiseTicks } from '../../src/tick/raise-ticks.js';
import { SendTicks } from '../../src/tick/send-ticks.js';
import { TrimTicks } from '../../src/tick/trim-ticks.js';
import { FetcherStandIn } from './fetcher-stand-in.js';

export const DAY_MS = 86_400_000;

export interface TickRow {
  scheduleId: string;
  state: string;
  attempts: number;
  dueAt: string;
  tryAt: string;
  jobId: string | null;
}

/** What one replica of the scheduler works with. */
export interface Replica {
  orm: MikroORM;
  follow: FollowProviders;
  raise: RaiseTicks;
  send: SendTicks;
  trim: TrimTicks;
  schedules: Schedules;
}

/** Real Postgres and NATS, a stand-in for the fetcher, and replicas whose steps a test takes one by one, by a clock that it moves. */
export class SchedulerBench {
  readonly clock = new DatabaseClock();
  readonly fetcher = new FetcherStandIn();
  private readonly replicas: Replica[] = [];

  private constructor(
    private readonly postgres: TestPostgres,
    private readonly natsServer: TestNats,
    private readonly nats: NatsConnection,
    private readonly client: ClientProxy,
    readonly databaseUrl: string,
  ) {}

  static async start(): Promise<SchedulerBench> {
    const [postgres, natsServer] = await Promise.all([startPostgres(), startNats()]);
    const nats = await connectNats({ url: natsServer.url, name: 'bench' });
    const client = ClientProxyFactory.create(natsClient(natsServer.url, 'bench'));
    const bench = new SchedulerBench(postgres, natsServer, nats, client, await postgres.createDatabase());
    bench.fetcher.start(nats);
    await nats.flush();
    return bench;
  }

  get natsUrl(): string {
    return this.natsServer.url;
  }

  async replica(): Promise<Replica> {
    const orm = await createOrm({
      url: this.databaseUrl,
      schema: SCHEDULER_SCHEMA,
      entities: [],
      migrations,
    });
    await migrate(orm);
    const replica = {
      orm,
      follow: new FollowProviders(orm, this.requests, this.clock, 'UTC'),
      raise: new RaiseTicks(orm, this.clock, () => undefined),
      send: new SendTicks(orm, this.requests, this.clock, () => undefined),
      trim: new TrimTicks(orm, this.clock),
      schedules: new Schedules(orm, this.requests, this.clock),
    };
    this.replicas.push(replica);
    return replica;
  }

  get requests(): RequestClient {
    return new RequestClient(this.client);
  }

  /** The ticks of a provider's schedules, the earliest first. */
  ticks(providerId: ProviderId): Promise<TickRow[]> {
    return this.rows<TickRow>(
      `select schedule_id as "scheduleId", tick.state, attempts, due_at as "dueAt", try_at as "tryAt", job_id as "jobId"
       from tick join schedule on schedule.id = schedule_id where provider_id = $1 order by due_at`,
      [providerId],
    );
  }

  rows<T>(text: string, params: unknown[] = []): Promise<T[]> {
    const [replica] = this.replicas;
    if (!replica) throw new Error('start a replica first');
    return sql<T>(replica.orm.em.fork(), text, params);
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map(({ orm }) => orm.close()));
    await this.client.close();
    await this.nats.close();
    await Promise.all([this.natsServer.stop(), this.postgres.stop()]);
  }
}
