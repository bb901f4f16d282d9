import { runService } from '@catalogue-sync/hosting';
import { SchedulerConfig } from './scheduler.config.js';
import { SchedulerModule } from './scheduler.module.js';
import { connectTransports } from './transports.js';

await runService({
  name: 'scheduler',
  config: SchedulerConfig,
  module: { create: (config) => SchedulerModule.create(config) },
  setup: (app, { config }) => connectTransports(app, config),
});
