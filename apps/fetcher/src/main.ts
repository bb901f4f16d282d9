import { runService } from '@catalogue-sync/hosting';
import { FetcherConfig } from './fetcher.config.js';
import { FetcherModule } from './fetcher.module.js';
import { connectTransports } from './transports.js';

await runService({
  name: 'fetcher',
  config: FetcherConfig,
  module: { create: (config) => FetcherModule.create(config) },
  setup: (app, { config }) => connectTransports(app, config),
});
