import { Module, type DynamicModule } from '@nestjs/common';
import { ClientProxyFactory } from '@nestjs/microservices';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  MessagePublisher,
  OutboxRelay,
  RequestClient,
  connectNats,
  natsClient,
  provisionStreams,
} from '@catalogue-sync/messaging';
import { LeaseStore, OutboxStore, createOrm, migrate } from '@catalogue-sync/persistence';
import { Connections } from './connections.js';
import { SnapshotFacts } from './facts/snapshot-facts.js';
import { BatchFolder } from './fold/batch-folder.js';
import { CatalogueEventsController } from './fold/catalogue-events.controller.js';
import { composeFold } from './fold/compose-fold.js';
import { EventFolder } from './fold/event-folder.js';
import { EventLogClient } from './fold/event-log.client.js';
import { StreamPosition } from './fold/stream-position.js';
import { PinRequestsController } from './pin/pin-requests.controller.js';
import { VersionPin } from './pin/version-pin.js';
import { PositionController } from './position/position.controller.js';
import { RebuildRequestsController } from './rebuild/rebuild-requests.controller.js';
import { Rebuilds } from './rebuild/rebuilds.js';
import { VersionStores } from './seal/version-stores.js';
import type { SnapshotConfig } from './snapshot.config.js';
import { CheckpointSchema } from './store/checkpoint.entity.js';
import { CheckpointStore } from './store/checkpoint.store.js';
import { migrations } from './store/migrations.js';
import { NATS_CONNECTION } from './tokens.js';

/** To the database, at most: providers that seal at once take turns on them. */
const CONNECTIONS = 12;

@Module({})
export class SnapshotModule {
  /** Opens the database (migrated) and NATS (provisioned), and puts the service together. */
  static async create(config: SnapshotConfig): Promise<DynamicModule> {
    const orm = await createOrm({
      url: config.DATABASE_URL,
      schema: 'snapshot',
      entities: [CheckpointSchema],
      migrations,
      poolSize: CONNECTIONS,
    });
    await migrate(orm);
    const nats = await connectNats({ url: config.NATS_URL, name: config.REPLICA_NAME });
    await provisionStreams(nats);
    const client = ClientProxyFactory.create(natsClient(config.NATS_URL, config.REPLICA_NAME));
    const leases = new LeaseStore(orm, config.REPLICA_NAME);
    const outbox = new OutboxStore(orm);
    const relay = new OutboxRelay(new MessagePublisher(nats), outbox);
    const facts = new SnapshotFacts(outbox, relay);
    const log = new EventLogClient(new RequestClient(client));
    const { folder, batches, rebuild } = composeFold({ orm, leases, facts, log });
    const checkpoints = new CheckpointStore();
    return {
      module: SnapshotModule,
      controllers: [
        CatalogueEventsController,
        PositionController,
        PinRequestsController,
        RebuildRequestsController,
      ],
      providers: [
        { provide: MikroORM, useValue: orm },
        { provide: NATS_CONNECTION, useValue: nats },
        { provide: LeaseStore, useValue: leases },
        { provide: EventFolder, useValue: folder },
        { provide: BatchFolder, useValue: batches },
        { provide: VersionPin, useValue: new VersionPin(orm, checkpoints, new VersionStores()) },
        {
          provide: Rebuilds,
          useValue: new Rebuilds(orm, leases, checkpoints, log, rebuild, config.LEASE_TTL_MS),
        },
        { provide: StreamPosition, useValue: new StreamPosition(orm, nats, checkpoints) },
        { provide: Connections, useValue: new Connections(relay, client, nats, orm) },
      ],
    };
  }
}
