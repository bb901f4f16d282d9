import { runService } from '@catalogue-sync/hosting';
import { banner } from './banner.js';
import { CatalogueRegistry } from './registry/catalogue-registry.js';
import { createAdapter } from './server/http-server.js';
import { ProviderListener } from './server/provider-listener.js';
import { SimulatorConfig } from './simulator.config.js';
import { SimulatorModule } from './simulator.module.js';

const registry = new CatalogueRegistry();

await runService({
  name: 'provider-simulator',
  config: SimulatorConfig,
  module: {
    create: (config) =>
      SimulatorModule.for(registry.open(config.SIMULATOR_CATALOGUES, config.SIMULATOR_STATE_FILE)),
  },
  http: {
    adapter: createAdapter(new ProviderListener(registry)),
    listen: (config) => ({ port: config.SIMULATOR_PORT, host: config.SIMULATOR_HOST }),
  },
  started: async (app) => {
    const url = await app.getUrl();
    if (process.send === undefined) console.log(banner(registry, url));
    return { url };
  },
});
