import { runService } from '@catalogue-sync/hosting';
import { SnapshotConfig } from './snapshot.config.js';
import { SnapshotModule } from './snapshot.module.js';
import { connectTransports } from './transports.js';

await runService({
  name: 'snapshot',
  config: SnapshotConfig,
  module: { create: (config) => SnapshotModule.create(config) },
  setup: (app, { config }) => connectTransports(app, config),
});
