import { runService } from '@catalogue-sync/hosting';
import { NotifierConfig } from './notifier.config.js';
import { NotifierModule } from './notifier.module.js';
import { connectTransports } from './transports.js';

await runService({
  name: 'notifier',
  config: NotifierConfig,
  module: { create: (config) => NotifierModule.create(config) },
  setup: (app, { config }) => connectTransports(app, config),
});
