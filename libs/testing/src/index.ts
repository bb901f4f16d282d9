export { startPostgres, type TestPostgres } from './start-postgres.js';
export { startNats, type TestNats } from './start-nats.js';
export { rowsRead } from './rows-read.js';
export { waitFor, type WaitOptions } from './wait-for.js';
export { WebhookReceiver, type ReceivedMessage } from './webhook-receiver.js';
export { SOURCE_NODE_ARGS, startSourceProcess, type SourceProcess } from './source-process.js';
