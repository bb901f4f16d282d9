import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { ClientProxyFactory } from '@nestjs/microservices';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  MessagePublisher,
  OutboxRelay,
  RequestClient,
  connectNats,
  natsClient,
  provisionStreams,
  purgeSubject,
} from '@catalogue-sync/messaging';
import { CredentialCipher, LeaseStore, OutboxStore, createOrm, migrate } from '@catalogue-sync/persistence';
import { AllowedPrivateHosts } from '@catalogue-sync/providers';
import { ProviderDeletion } from './deletion/provider-deletion.js';
import { EpisodeQueries } from './episodes/episode-queries.js';
import { JobProgressController } from './events/job-progress.controller.js';
import type { FetcherConfig } from './fetcher.config.js';
import { FetcherResources } from './fetcher.resources.js';
import { JobCloser } from './job/job-closer.js';
import { JobJournals } from './job/job-journal.js';
import { JobPool } from './job/job-pool.js';
import { JobQueries } from './job/job-queries.js';
import { JobRunner } from './job/job-runner.js';
import { JobWatch } from './job/job-watch.js';
import { PagePublisher } from './job/page-publisher.js';
import { ProgressBoard } from './job/progress-board.js';
import { ScopeRunSchema } from './job/scope-run.entity.js';
import { SyncCommands } from './job/sync-commands.js';
import { SyncFacts } from './job/sync-facts.js';
import { SyncJobSchema } from './job/sync-job.entity.js';
import { WindowFeeds, pagesWaiting } from './job/window-feed.js';
import { AskedProvider } from './playback/asked-provider.js';
import { OpenClients } from './playback/open-clients.js';
import { StreamQueries } from './playback/stream-queries.js';
import { ConnectionTester } from './provider/connection-tester.js';
import { ConnectionVault } from './provider/connection-vault.js';
import { ProviderClients } from './provider/provider-clients.js';
import { ProviderCommands } from './provider/provider-commands.js';
import { ProviderSchema } from './provider/provider.entity.js';
import { PlaybackController } from './requests/playback.controller.js';
import { ProvidersController } from './requests/providers.controller.js';
import { SyncController } from './requests/sync.controller.js';
import { migrations } from './schema/migrations.js';
import { FETCHER_SCHEMA } from './schema/schema-name.js';

export const NATS_CONNECTION = Symbol('NATS_CONNECTION');

@Module({})
export class FetcherModule {
  /** Opens the database (migrated) and NATS (provisioned), and puts the service together. */
  static async create(config: FetcherConfig): Promise<DynamicModule> {
    const orm = await createOrm({
      url: config.DATABASE_URL,
      schema: FETCHER_SCHEMA,
      entities: [ProviderSchema, SyncJobSchema, ScopeRunSchema],
      migrations,
    });
    await migrate(orm);
    const nats = await connectNats({ url: config.NATS_URL, name: config.REPLICA_NAME });
    await provisionStreams(nats);
    return {
      module: FetcherModule,
      controllers: [ProvidersController, SyncController, PlaybackController, JobProgressController],
      providers: compose(config, orm, nats),
    };
  }
}

function compose(config: FetcherConfig, orm: MikroORM, nats: NatsConnection): DynamicModule['providers'] {
  const logger = new Logger('fetcher');
  const log = (line: string) => logger.log(line);
  const publisher = new MessagePublisher(nats);
  const client = ClientProxyFactory.create(natsClient(config.NATS_URL, 'fetcher'));
  const requests = new RequestClient(client);
  const leases = new LeaseStore(orm, config.REPLICA_NAME);
  const outbox = new OutboxStore(orm);
  const outboxRelay = new OutboxRelay(publisher, outbox);
  const facts = new SyncFacts(outbox, outboxRelay);
  const vault = new ConnectionVault(CredentialCipher.fromText(config.CREDENTIALS_KEY));
  const clients = new ProviderClients(
    config.SPOOL_DIR,
    config.REQUEST_RETRY_MS,
    AllowedPrivateHosts.parse(config.ALLOWED_PRIVATE_HOSTS),
    log,
  );
  const board = new ProgressBoard();
  const runner = new JobRunner(
    new JobJournals(orm, leases, facts),
    vault,
    clients,
    new PagePublisher(publisher, log),
    new WindowFeeds(nats, requests),
    { board, log },
    { retryAfterMs: config.SCOPE_RETRY_MS },
  );
  const pool = new JobPool(orm, leases, runner, board, {
    maxJobs: config.MAX_CONCURRENT_SYNCS,
    leaseTtlMs: config.LEASE_TTL_MS,
    log,
  });
  const closer = new JobCloser(orm, facts);
  const deletion = new ProviderDeletion(orm, leases, pool, requests, {
    leaseTtlMs: config.LEASE_TTL_MS,
    purge: (stream, subject) => purgeSubject(nats, stream, subject),
    log,
  });
  const watch = new JobWatch(orm, closer, requests, (id) => pagesWaiting(nats, id), log);
  const openClients = new OpenClients();
  const asked = new AskedProvider(orm, vault, clients, openClients, log);
  const episodes = new EpisodeQueries(asked);
  const background = [outboxRelay, pool, watch, deletion, openClients];
  return [
    { provide: NATS_CONNECTION, useValue: nats },
    { provide: ProviderCommands, useValue: new ProviderCommands(orm, vault) },
    { provide: ConnectionTester, useValue: new ConnectionTester(orm, vault, clients) },
    { provide: SyncCommands, useValue: new SyncCommands(orm, pool, requests) },
    { provide: JobQueries, useValue: new JobQueries(orm, board, requests) },
    { provide: EpisodeQueries, useValue: episodes },
    { provide: StreamQueries, useValue: new StreamQueries(asked, episodes) },
    { provide: JobCloser, useValue: closer },
    { provide: ProviderDeletion, useValue: deletion },
    { provide: FetcherResources, useValue: new FetcherResources(background, client, nats, orm) },
  ];
}
