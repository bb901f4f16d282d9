import { Module, type DynamicModule } from '@nestjs/common';
import { ClientProxyFactory } from '@nestjs/microservices';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  EventRelay,
  MessagePublisher,
  OutboxRelay,
  RequestClient,
  connectNats,
  natsClient,
  provisionStreams,
} from '@catalogue-sync/messaging';
import { faultPoint } from '@catalogue-sync/observability';
import { LeaseStore, OutboxStore, createOrm, migrate } from '@catalogue-sync/persistence';
import { Connections, NATS_CONNECTION, REQUEST_PROXY } from './connections.js';
import { DeadLetterList } from './dead-letter/dead-letters.js';
import { ParkPage } from './dead-letter/park-page.js';
import { ReplayPage } from './dead-letter/replay-page.js';
import { DeleteCatalogue } from './deletion/delete-catalogue.js';
import { EventLogStore } from './event-log/event-log.store.js';
import { CloseJob } from './job/close-job.js';
import { PageBatchController } from './pages/page-batch.controller.js';
import { PageBatchHandler } from './pages/page-batch.handler.js';
import { RunMemory } from './pages/run-memory.js';
import { TakeInPages } from './pages/take-in-pages.js';
import type { ReconcilerConfig } from './reconciler.config.js';
import { DecideRemoval } from './removal/decide-removal.js';
import { HeldRemovals } from './removal/held-removals.js';
import { SettleRemovals } from './removal/settle-removals.js';
import { FactRelay } from './relay/fact-relay.js';
import { RelaySweeper } from './relay/relay-sweeper.js';
import { ReconcilerRequestsController } from './requests/reconciler-requests.controller.js';
import { DeadLetterRequestsController } from './requests/dead-letter-requests.controller.js';
import { RemovalRequestsController } from './requests/removal-requests.controller.js';
import { LogTrimmer } from './retention/log-trimmer.js';
import { TrimLog } from './retention/trim-log.js';
import { migrations } from './schema/migrations.js';
import { RECONCILER_SCHEMA } from './schema/schema-name.js';
import { CloseScope } from './scope/close-scope.js';

@Module({})
export class ReconcilerModule {
  /** Opens the database (migrated) and NATS (provisioned), and puts the service together. */
  static async create(config: ReconcilerConfig): Promise<DynamicModule> {
    const orm = await createOrm({
      url: config.DATABASE_URL,
      schema: RECONCILER_SCHEMA,
      entities: [],
      migrations,
    });
    await migrate(orm);
    const nats = await connectNats({ url: config.NATS_URL, name: config.REPLICA_NAME });
    await provisionStreams(nats);
    const events = new EventLogStore(orm);
    const leases = new LeaseStore(orm, config.REPLICA_NAME);
    const outbox = new OutboxStore(orm);
    const relay = new EventRelay(nats, events, () => faultPoint('reconciler.relay.within-batch'));
    const publisher = new MessagePublisher(nats);
    const proxy = ClientProxyFactory.create(natsClient(config.NATS_URL, 'reconciler'));
    const steps = {
      takeInPages: new TakeInPages(orm, leases),
      closeScope: new CloseScope(orm, leases, new SettleRemovals(outbox)),
      closeJob: new CloseJob(orm, leases),
    };
    return {
      module: ReconcilerModule,
      controllers: [
        PageBatchController,
        ReconcilerRequestsController,
        RemovalRequestsController,
        DeadLetterRequestsController,
      ],
      providers: [
        { provide: MikroORM, useValue: orm },
        { provide: NATS_CONNECTION, useValue: nats },
        { provide: REQUEST_PROXY, useValue: proxy },
        { provide: EventLogStore, useValue: events },
        { provide: LeaseStore, useValue: leases },
        { provide: ParkPage, useValue: new ParkPage(orm) },
        { provide: DeadLetterList, useValue: new DeadLetterList(orm) },
        { provide: ReplayPage, useValue: new ReplayPage(orm, publisher, new RequestClient(proxy)) },
        { provide: HeldRemovals, useValue: new HeldRemovals(orm) },
        { provide: DecideRemoval, useValue: new DecideRemoval(orm, relay) },
        { provide: DeleteCatalogue, useValue: new DeleteCatalogue(orm, relay, nats) },
        { provide: PageBatchHandler, useValue: new PageBatchHandler(steps, new RunMemory(orm), relay, nats) },
        { provide: RelaySweeper, useValue: new RelaySweeper(orm, relay, config.RELAY_SWEEP_MS) },
        {
          provide: LogTrimmer,
          useValue: new LogTrimmer(orm, leases, events, new RequestClient(proxy), new TrimLog(orm, leases), {
            keepDays: config.LOG_KEEP_DAYS,
            everyMs: config.LOG_TRIM_EVERY_MS,
          }),
        },
        { provide: FactRelay, useValue: new FactRelay(new OutboxRelay(publisher, outbox)) },
        Connections,
      ],
    };
  }
}
