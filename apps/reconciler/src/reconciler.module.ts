import { Module, type DynamicModule } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  EventRelay,
  MessagePublisher,
  OutboxRelay,
  connectNats,
  provisionStreams,
} from '@catalogue-sync/messaging';
import { LeaseStore, OutboxStore, createOrm, migrate } from '@catalogue-sync/persistence';
import { Connections, NATS_CONNECTION } from './connections.js';
import { ParkPage } from './dead-letter/park-page.js';
import { DeleteCatalogue } from './deletion/delete-catalogue.js';
import { EventLogStore } from './event-log/event-log.store.js';
import { CloseJob } from './job/close-job.js';
import { PageBatchController } from './pages/page-batch.controller.js';
import { PageBatchHandler } from './pages/page-batch.handler.js';
import { RunMemory } from './pages/run-memory.js';
import { TakeInPages } from './pages/take-in-pages.js';
import type { ReconcilerConfig } from './reconciler.config.js';
import { FactRelay } from './relay/fact-relay.js';
import { RelaySweeper } from './relay/relay-sweeper.js';
import { ReconcilerRequestsController } from './requests/reconciler-requests.controller.js';
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
    const relay = new EventRelay(nats, events);
    const steps = {
      takeInPages: new TakeInPages(orm, leases),
      closeScope: new CloseScope(orm, leases, outbox),
      closeJob: new CloseJob(orm, leases),
    };
    return {
      module: ReconcilerModule,
      controllers: [PageBatchController, ReconcilerRequestsController],
      providers: [
        { provide: MikroORM, useValue: orm },
        { provide: NATS_CONNECTION, useValue: nats },
        { provide: EventLogStore, useValue: events },
        { provide: LeaseStore, useValue: leases },
        { provide: ParkPage, useValue: new ParkPage(orm) },
        { provide: DeleteCatalogue, useValue: new DeleteCatalogue(orm, relay, nats) },
        { provide: PageBatchHandler, useValue: new PageBatchHandler(steps, new RunMemory(orm), relay, nats) },
        { provide: RelaySweeper, useValue: new RelaySweeper(orm, relay, config.RELAY_SWEEP_MS) },
        { provide: FactRelay, useValue: new FactRelay(new OutboxRelay(new MessagePublisher(nats), outbox)) },
        Connections,
      ],
    };
  }
}
