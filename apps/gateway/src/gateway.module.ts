import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule, Reflector } from '@nestjs/core';
import { RequestClient } from '@catalogue-sync/messaging';
import { AccessAtStart } from './access/access-at-start.js';
import { AdminKey } from './access/admin-key.js';
import { ApiKeyStore } from './access/api-key.store.js';
import { Authenticator } from './access/authenticator.js';
import { KeysController } from './access/keys.controller.js';
import { LoginLinksController } from './access/login-links.controller.js';
import { SessionController } from './access/session.controller.js';
import { SessionStore } from './access/session.store.js';
import { AuditLogStore } from './audit/audit-log.store.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { OwnDatabase } from './database/own-database.js';
import { ReadOnlyDatabase } from './database/read-only-database.js';
import { DashboardFolder } from './dashboard/dashboard-pages.js';
import { DemoProviderControl } from './dashboard/demo-provider-control.js';
import { DemoController } from './dashboard/demo.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { EpisodesController } from './episodes/episodes.controller.js';
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
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { IdempotentAnswerStore } from './http/idempotent-answer.store.js';
import { CategoriesController } from './items/categories.controller.js';
import { CategoryListStore } from './items/category-list.store.js';
import { ItemSearchStore } from './items/item-search.store.js';
import { ItemStore } from './items/item.store.js';
import { ItemsController } from './items/items.controller.js';
import { LiveState } from './live/live-state.js';
import { LiveStreams } from './live/live-streams.js';
import { LiveController } from './live/live.controller.js';
import { ListedItems } from './playback/listed-items.js';
import { NumberedItemStore } from './playback/numbered-item.store.js';
import { PlayerKeys } from './playback/player-keys.js';
import { ProviderQuestions } from './playback/provider-questions.js';
import { StreamsController } from './playback/streams.controller.js';
import { PlaylistWriter } from './playlist-out/playlist-writer.js';
import { PlaylistController } from './playlist-out/playlist.controller.js';
import { ProblemsController } from './problem/problems.controller.js';
import { ConnectionTestsController } from './providers/connection-tests.controller.js';
import { ProvidersController } from './providers/providers.controller.js';
import { RemovalsController } from './removals/removals.controller.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { AcceptGuard } from './security/accept.guard.js';
import { AccessGuard } from './security/access.guard.js';
import { Admission } from './security/admission.js';
import { HandlerRules } from './security/handler-rules.js';
import { RequestRates } from './security/request-rates.js';
import { NatsLink } from './services/nats-link.js';
import { ServicesModule } from './services/services.module.js';
import { DocumentCache } from './snapshots/document-cache.js';
import { KeptVersions } from './snapshots/kept-versions.js';
import { ManifestStore } from './snapshots/manifest.store.js';
import { PinnedVersionController } from './snapshots/pinned-version.controller.js';
import { RebuildsController } from './snapshots/rebuilds.controller.js';
import { SegmentsController } from './snapshots/segments.controller.js';
import { SnapshotPartsController } from './snapshots/snapshot-parts.controller.js';
import { ServedVersions } from './snapshots/served-versions.js';
import { SnapshotPolls } from './snapshots/snapshot-polls.js';
import { SnapshotStore } from './snapshots/snapshot.store.js';
import { SnapshotsController } from './snapshots/snapshots.controller.js';
import { WholeDocumentAnswers } from './snapshots/whole-document-answers.js';
import { SyncController } from './sync/sync.controller.js';
import { SystemController } from './system/system.controller.js';
import { XtreamDetails } from './xtream-out/xtream-details.js';
import { XtreamLists } from './xtream-out/xtream-lists.js';
import { XtreamController } from './xtream-out/xtream.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** Of event streams. */
const HEARTBEAT_MS = 15_000;
/** Between two looks at the state of the providers while a page shows it. */
const LIVE_ROUND_MS = 500;

export interface GatewayOptions {
  /** The read-only role's URL. */
  databaseUrl: string;
  /** That of the role which owns the schema `gateway`: keys, sessions, audit log. */
  ownDatabaseUrl: string;
  /** A key that may do everything, from the environment. */
  adminKey?: string | undefined;
  /** Requests a second that one caller may send from one address to this replica; 0 or absent: any number. */
  callerRequestsPerSecond?: number | undefined;
  /** One server or several, parted by commas. */
  natsUrl: string;
  /** Names the connections to NATS. */
  replicaName: string;
  snapshotCacheDir?: string | undefined;
  snapshotCacheBytes: number;
  /** The built dashboard; absent: the API only. */
  dashboardDir?: string | undefined;
  /** Control address of a demo provider; absent: there is none. */
  demoControlUrl?: string | undefined;
}

@Module({})
export class GatewayModule {
  static forOptions(options: GatewayOptions): DynamicModule {
    return {
      module: GatewayModule,
      imports: [DiscoveryModule, ServicesModule.forServer(options.natsUrl, options.replicaName)],
      // ConnectionTestsController stands first: its `test` is not an id.
      controllers: [
        ConnectionTestsController,
        ProvidersController,
        SyncController,
        RemovalsController,
        SchedulesController,
        WebhooksController,
        DeadLettersController,
        SnapshotsController,
        SegmentsController,
        SnapshotPartsController,
        PinnedVersionController,
        RebuildsController,
        ItemsController,
        EpisodesController,
        XtreamController,
        PlaylistController,
        StreamsController,
        CategoriesController,
        EventsController,
        EventStreamsController,
        HealthController,
        MetricsController,
        SystemController,
        ProblemsController,
        KeysController,
        AuditController,
        LoginLinksController,
        SessionController,
        LiveController,
        ...(options.demoControlUrl === undefined ? [] : [DemoController]),
      ],
      providers: [
        { provide: ReadOnlyDatabase, useFactory: () => new ReadOnlyDatabase(options.databaseUrl) },
        {
          provide: DocumentCache,
          useFactory: () => new DocumentCache(options.snapshotCacheBytes, options.snapshotCacheDir),
        },
        SnapshotStore,
        {
          provide: ServedVersions,
          inject: [SnapshotStore, NatsLink],
          useFactory: (store: SnapshotStore, nats: NatsLink) => new ServedVersions(store, nats),
        },
        KeptVersions,
        {
          provide: WholeDocumentAnswers,
          inject: [ReadOnlyDatabase, KeptVersions, DocumentCache],
          useFactory: (database: ReadOnlyDatabase, versions: KeptVersions, documents: DocumentCache) =>
            new WholeDocumentAnswers(database, versions, documents),
        },
        {
          provide: SnapshotPolls,
          inject: [Reflector, Admission, WholeDocumentAnswers],
          useFactory: (reflector: Reflector, admission: Admission, answers: WholeDocumentAnswers) =>
            new SnapshotPolls(reflector, admission, answers),
        },
        ManifestStore,
        ItemSearchStore,
        ItemStore,
        CategoryListStore,
        NumberedItemStore,
        ListedItems,
        ProviderQuestions,
        PlayerKeys,
        XtreamLists,
        XtreamDetails,
        PlaylistWriter,
        EventLogStore,
        ReadableLog,
        LogHeads,
        {
          provide: EventStreams,
          inject: [ReadableLog, LogHeads],
          useFactory: (log: ReadableLog, heads: LogHeads) => new EventStreams(log, heads, HEARTBEAT_MS),
        },
        {
          provide: LiveState,
          inject: [RequestClient],
          useFactory: (services: RequestClient) => new LiveState(services, LIVE_ROUND_MS),
        },
        { provide: DashboardFolder, useFactory: () => new DashboardFolder(options.dashboardDir) },
        {
          provide: DemoProviderControl,
          useFactory: () => new DemoProviderControl(options.demoControlUrl ?? ''),
        },
        { provide: LiveStreams, useFactory: () => new LiveStreams(HEARTBEAT_MS) },
        { provide: OwnDatabase, useFactory: () => new OwnDatabase(options.ownDatabaseUrl) },
        { provide: AdminKey, useFactory: () => new AdminKey(options.adminKey) },
        { provide: RequestRates, useFactory: () => new RequestRates(options.callerRequestsPerSecond ?? 0) },
        ApiKeyStore,
        SessionStore,
        Authenticator,
        {
          provide: Admission,
          inject: [Authenticator, RequestRates],
          useFactory: (authenticator: Authenticator, rates: RequestRates) =>
            new Admission(authenticator, rates),
        },
        AuditLogStore,
        AccessAtStart,
        HandlerRules,
        Readiness,
        AllowedMethods,
        HttpMetrics,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: AcceptGuard },
        IdempotentAnswerStore,
        // Before the log of changes: an answer that is given again is no change.
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
      ],
    };
  }
}
