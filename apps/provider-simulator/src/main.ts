import { loadConfig, runService } from '@catalogue-sync/hosting';
import { banner } from './banner.js';
import { CatalogueRegistry } from './registry/catalogue-registry.js';
import { createAdapter } from './server/http-server.js';
import { ProviderListener } from './server/provider-listener.js';
import { SimulatorConfig } from './simulator.config.js';
import { SimulatorModule } from './simulator.module.js';

const config = loadConfig(SimulatorConfig);
const registry = CatalogueRegistry.open(config.SIMULATOR_CATALOGUES, config.SIMULATOR_STATE_FILE);

await runService({
  name: 'provider-simulator',
  config,
  module: SimulatorModule.for(registry),
  http: {
    adapter: createAdapter(new ProviderListener(registry)),
    listen: () => ({ port: config.SIMULATOR_PORT, host: config.SIMULATOR_HOST }),
  },
  started: async (app) => {
    const url = await app.getUrl();
    if (process.send === undefined) console.log(banner(registry, url));
    return { url };
  },
});
