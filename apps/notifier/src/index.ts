export { NotifierConfig } from './notifier.config.js';
export { NotifierModule } from './notifier.module.js';
export { connectTransports } from './transports.js';
