export { runStandalone, type StandaloneParts } from './run-standalone.js';
export { parseCommandLine, type StandaloneOptions } from './cli-options.js';
export type { StandaloneEvent } from './events.js';
