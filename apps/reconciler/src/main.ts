import { runService } from '@catalogue-sync/hosting';
import { ReconcilerConfig } from './reconciler.config.js';
import { ReconcilerModule } from './reconciler.module.js';
import { connectTransports } from './transports.js';

await runService({
  name: 'reconciler',
  config: ReconcilerConfig,
  module: { create: (config) => ReconcilerModule.create(config) },
  setup: (app, { config }) => connectTransports(app, config),
});
