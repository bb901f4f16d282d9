import { runService } from '@catalogue-sync/hosting';
import { PresenceServer } from '@catalogue-sync/messaging';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { createFastifyAdapter } from './http/fastify.js';
import { configureHttpEdge } from './http/http-edge.js';

await runService({
  name: 'gateway',
  config: GatewayConfig,
  module: {
    create: (config) =>
      GatewayModule.forOptions({
        databaseUrl: config.DATABASE_URL,
        ownDatabaseUrl: config.OWN_DATABASE_URL,
        adminKey: config.ADMIN_KEY,
        callerRequestsPerSecond: config.CALLER_REQUESTS_PER_SECOND,
        natsUrl: config.NATS_URL,
        replicaName: config.REPLICA_NAME,
        snapshotCacheDir: config.SNAPSHOT_CACHE_DIR,
        snapshotCacheBytes: config.SNAPSHOT_CACHE_BYTES,
        dashboardDir: config.DASHBOARD_DIR,
        demoControlUrl: config.DEMO_CONTROL_URL,
      }),
  },
  http: {
    adapter: createFastifyAdapter(),
    listen: (config) => ({ port: config.PORT, host: config.HOST }),
  },
  setup: (app, { config }) => {
    configureHttpEdge(app as NestFastifyApplication);
    const presence = { url: config.NATS_URL, service: 'gateway', replica: config.REPLICA_NAME } as const;
    app.connectMicroservice({ strategy: new PresenceServer(presence) });
  },
  started: async (app) => ({ url: await app.getUrl() }),
});
