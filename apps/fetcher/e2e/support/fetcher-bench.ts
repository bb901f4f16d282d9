import { ClientProxyFactory, type ClientProxy } from '@nestjs/microservices';
import { jetstream, jetstreamManager, DeliverPolicy } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  HEADER,
  REQUEST,
  STREAM,
  type JobId,
  type ProviderConnection,
  type ProviderId,
  type ProviderSettings,
  type RequestMap,
  type RequestPattern,
  type SyncJobView,
} from '@catalogue-sync/contracts';
import { RequestClient, connectNats, natsClient, provisionStreams } from '@catalogue-sync/messaging';
import { startNats, startPostgres, waitFor, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import pg from 'pg';
import { StandIn } from './stand-in.js';
import type { Replica, ReplicaOptions } from './fetcher-environment.js';
import { FetcherInProcess } from './fetcher-in-process.js';
import { FetcherProcess } from './fetcher-process.js';
import { PANEL_PASSWORD, PANEL_USER, TestPanel } from './test-panel.js';

/** Real Postgres, real NATS, a real HTTP panel, a stand-in for the other services, and as many fetchers as a test starts. */
export class FetcherBench {
  private replicas: Replica[] = [];

  private constructor(
    private readonly postgres: TestPostgres,
    private readonly natsServer: TestNats,
    private readonly client: ClientProxy,
    readonly databaseUrl: string,
    readonly nats: NatsConnection,
    readonly database: pg.Client,
    readonly requests: RequestClient,
    readonly standIn: StandIn,
    readonly panel: TestPanel,
  ) {}

  static async start(): Promise<FetcherBench> {
    const [postgres, natsServer, panel] = await Promise.all([
      startPostgres(),
      startNats(),
      TestPanel.start(),
    ]);
    const databaseUrl = await postgres.createDatabase();
    const nats = await connectNats({ url: natsServer.url, name: 'bench' });
    await provisionStreams(nats);
    const database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    const client = ClientProxyFactory.create(natsClient(natsServer.url, 'bench'));
    const standIn = new StandIn(nats).start();
    const requests = new RequestClient(client);
    return new FetcherBench(
      postgres,
      natsServer,
      client,
      databaseUrl,
      nats,
      database,
      requests,
      standIn,
      panel,
    );
  }

  async stop(): Promise<void> {
    await this.stopReplicas();
    await this.standIn.stopTaking();
    await this.client.close();
    await this.nats.close();
    await this.database.end();
    await Promise.all([this.panel.stop(), this.natsServer.stop(), this.postgres.stop()]);
  }

  /** A further fetcher, in this process. */
  async replica(name: string, env: NodeJS.ProcessEnv = {}): Promise<Replica> {
    const replica = await FetcherInProcess.start({ ...this.options(name), env });
    this.replicas.push(replica);
    return replica;
  }

  /** A further fetcher in a process of its own, which can be killed. */
  async process(name: string, env: NodeJS.ProcessEnv = {}): Promise<FetcherProcess> {
    const replica = await FetcherProcess.start({ ...this.options(name), env });
    this.replicas.push(replica);
    return replica;
  }

  private options(name: string): ReplicaOptions {
    return { databaseUrl: this.databaseUrl, natsUrl: this.natsServer.url, name };
  }

  /** Asks the replica that was started first to end. */
  async stopFirst(): Promise<void> {
    await this.replicas.shift()?.stop();
  }

  /** Asks every replica that still runs to end. */
  async stopReplicas(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    this.replicas = [];
  }

  send<P extends RequestPattern>(pattern: P, request: RequestMap[P][0]): Promise<RequestMap[P][1]> {
    return this.requests.send(pattern, request, { timeoutMs: 10_000 });
  }

  get connection(): ProviderConnection {
    return { protocol: 'xtream', url: this.panel.url, username: PANEL_USER, password: PANEL_PASSWORD };
  }

  /** Registers the panel as a provider, without waiting between requests. */
  async provider(name = 'panel of tests', more: Partial<ProviderSettings> = {}): Promise<ProviderId> {
    const settings = { requestsPerSecond: 1000, parallelRequests: 4, ...more };
    const view = await this.send(REQUEST.createProvider, { name, connection: this.connection, settings });
    return view.id;
  }

  /** A sync from its start to its end. */
  async sync(providerId: ProviderId): Promise<SyncJobView> {
    return this.ended(providerId, await this.startSync(providerId));
  }

  async startSync(providerId: ProviderId): Promise<JobId> {
    const { job } = await this.send(REQUEST.startSync, { providerId, mode: 'auto', trigger: 'test' });
    return job.id;
  }

  job(providerId: ProviderId, jobId: JobId): Promise<SyncJobView> {
    return this.send(REQUEST.getJob, { providerId, jobId });
  }

  /** The job when it has ended. */
  async ended(providerId: ProviderId, jobId: JobId, timeoutMs = 60_000): Promise<SyncJobView> {
    return waitFor(
      async () => {
        const job = await this.job(providerId, jobId);
        return job.finishedAt === undefined ? undefined : job;
      },
      { timeoutMs, what: `the end of job ${jobId}` },
    );
  }

  async rows<T extends pg.QueryResultRow>(text: string, params: unknown[] = []): Promise<T[]> {
    return (await this.database.query<T>(text, params)).rows;
  }

  /** The bodies of a provider's facts of one type. */
  async facts<T>(providerId: ProviderId, type: string): Promise<T[]> {
    return (await this.stored(STREAM.facts))
      .filter((message) => message.subject.includes(providerId) && message.type === type)
      .map((message) => JSON.parse(message.text) as T);
  }

  /** The subjects of which a stream holds messages. */
  async subjectsOf(stream: string): Promise<string[]> {
    const manager = await jetstreamManager(this.nats);
    const { state } = await manager.streams.info(stream, { subjects_filter: '>' });
    return Object.keys(state.subjects ?? {});
  }

  /** Everything that a stream holds, headers and all, as text. */
  async stored(stream: string): Promise<{ subject: string; type: string; headers: string; text: string }[]> {
    const manager = await jetstreamManager(this.nats);
    const { state } = await manager.streams.info(stream);
    const found: { subject: string; type: string; headers: string; text: string }[] = [];
    if (state.messages === 0) return found;
    const consumer = await jetstream(this.nats).consumers.get(stream, { deliver_policy: DeliverPolicy.All });
    for (let left = state.messages; left > 0; left -= 1) {
      const message = await consumer.next({ expires: 2_000 });
      if (message === null) break;
      found.push({
        subject: message.subject,
        type: message.headers?.get(HEADER.type) ?? '',
        headers: JSON.stringify([...(message.headers ?? [])]),
        text: message.string(),
      });
    }
    return found;
  }
}
