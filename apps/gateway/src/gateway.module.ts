import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ReadOnlyDatabase } from './database/read-only-database.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { EventLogStore } from './events/event-log.store.js';
import { EventStreams } from './events/event-streams.js';
import { EventStreamsController } from './events/event-streams.controller.js';
import { EventsController } from './events/events.controller.js';
import { LogHeads } from './events/log-heads.js';
import { ReadableLog } from './events/readable-log.js';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './health/metrics.controller.js';
import { Readiness } from './health/readiness.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { HttpMetrics } from './http/http-metrics.js';
import { CategoriesController } from './items/categories.controller.js';
import { CategoryListStore } from './items/category-list.store.js';
import { ItemSearchStore } from './items/item-search.store.js';
import { ItemStore } from './items/item.store.js';
import { ItemsController } from './items/items.controller.js';
import { ProblemsController } from './problem/problems.controller.js';
import { ConnectionTestsController } from './providers/connection-tests.controller.js';
import { ProvidersController } from './providers/providers.controller.js';
import { RemovalsController } from './removals/removals.controller.js';
import { AcceptGuard } from './security/accept.guard.js';
import { AccessGuard } from './security/access.guard.js';
import { ServicesModule } from './services/services.module.js';
import { DocumentCache } from './snapshots/document-cache.js';
import { KeptVersions } from './snapshots/kept-versions.js';
import { ManifestStore } from './snapshots/manifest.store.js';
import { SegmentsController } from './snapshots/segments.controller.js';
import { SnapshotPartsController } from './snapshots/snapshot-parts.controller.js';
import { SnapshotStore } from './snapshots/snapshot.store.js';
import { SnapshotsController } from './snapshots/snapshots.controller.js';
import { SyncController } from './sync/sync.controller.js';

/** Of event streams. */
const HEARTBEAT_MS = 15_000;

export interface GatewayOptions {
  /** The read-only role's URL. */
  databaseUrl: string;
  /** One server or several, parted by commas. */
  natsUrl: string;
  /** Names the connections to NATS. */
  replicaName: string;
  snapshotCacheDir?: string | undefined;
  snapshotCacheBytes: number;
}

@Module({})
export class GatewayModule {
  static forOptions(options: GatewayOptions): DynamicModule {
    return {
      module: GatewayModule,
      imports: [ServicesModule.forServer(options.natsUrl, options.replicaName)],
      // ConnectionTestsController stands first: its `test` is not an id.
      controllers: [
        ConnectionTestsController,
        ProvidersController,
        SyncController,
        RemovalsController,
        DeadLettersController,
        SnapshotsController,
        SegmentsController,
        SnapshotPartsController,
        ItemsController,
        CategoriesController,
        EventsController,
        EventStreamsController,
        HealthController,
        MetricsController,
        ProblemsController,
      ],
      providers: [
        { provide: ReadOnlyDatabase, useFactory: () => new ReadOnlyDatabase(options.databaseUrl) },
        {
          provide: DocumentCache,
          useFactory: () => new DocumentCache(options.snapshotCacheBytes, options.snapshotCacheDir),
        },
        SnapshotStore,
        KeptVersions,
        ManifestStore,
        ItemSearchStore,
        ItemStore,
        CategoryListStore,
        EventLogStore,
        ReadableLog,
        LogHeads,
        {
          provide: EventStreams,
          inject: [ReadableLog, LogHeads],
          useFactory: (log: ReadableLog, heads: LogHeads) => new EventStreams(log, heads, HEARTBEAT_MS),
        },
        Readiness,
        AllowedMethods,
        HttpMetrics,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: AcceptGuard },
      ],
    };
  }
}
