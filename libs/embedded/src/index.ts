export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { EmbeddedNats, type EmbeddedNatsOptions } from './embedded-nats.js';
export { EmbeddedServerError, type EmbeddedServerErrorCode } from './embedded-server.error.js';
export { findPostgresBinaries } from './postgres-binaries.js';
export { placeOfData } from './reachable-place.js';
export { ProcessLock } from './process-lock.js';
export { findFreePort } from './free-port.js';
