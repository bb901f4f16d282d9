export { FetcherConfig } from './fetcher.config.js';
export { FetcherModule } from './fetcher.module.js';
export { connectTransports } from './transports.js';
