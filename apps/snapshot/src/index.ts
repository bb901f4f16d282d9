export { SnapshotConfig } from './snapshot.config.js';
export { SnapshotModule } from './snapshot.module.js';
export { connectTransports } from './transports.js';
