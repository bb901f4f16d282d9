export { BaseConfig } from './config/base.config.js';
export { ConfigError } from './config/config.error.js';
export { ReadableBy } from './config/readable-by.js';
export { loadConfig } from './config/load-config.js';
export {
  runService,
  type ReadyInfo,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  type ServiceModule,
} from './service/run-service.js';
export { RecurringWork, type Recurring } from './service/recurring-work.js';
export { DRAIN_LIMIT_MS } from './service/shutdown.js';
