export { SchedulerConfig } from './scheduler.config.js';
export { SchedulerModule } from './scheduler.module.js';
export { connectTransports } from './transports.js';
