export { connectNats, type NatsOptions } from './connection/connect-nats.js';
export { natsClient, natsTransport } from './connection/nats-transport.js';
export { connectMessaging, type MessagingConnections } from './connection/connect-messaging.js';
export { provisionStreams, type ProvisionOptions } from './provision/streams.js';
export { deletePartition, purgeSubject } from './provision/partition.js';
export type { InboundMessage } from './message/inbound-message.js';
export type { OutboundMessage } from './message/outbound-message.js';
export { PoisonMessage } from './message/poison-message.js';
export { decodeHeaderText, encodeHeaderText } from './message/header-text.js';
export { JETSTREAM, JetStreamServer, type JetStreamServerOptions } from './server/jetstream.server.js';
export { JetStreamContext, PartitionContext } from './server/jetstream.context.js';
export { durableSource, type DurableSourceOptions } from './server/durable-source.js';
export {
  partitionedSource,
  type PartitionedSourceOptions,
} from './server/partitioned-source.js';
export type { PartitionConsumerOptions } from './server/partition-consumer.js';
export type { PartitionLease, PartitionOwnership } from './server/partition-ownership.js';
export type { BatchLimits } from './server/batch-collector.js';
export type { Source, SourceRuntime } from './server/source.js';
export { DEAD_LETTER_HEADER, type ParkingKind } from './server/dead-letters.js';
export { MessagePublisher } from './publish/message-publisher.js';
export { EventRelay } from './publish/event-relay.js';
export type { EventLog } from './publish/event-log.js';
export { OutboxRelay, type OutboxSource, type PendingMessage } from './publish/outbox-relay.js';
export { listPresences } from './presence/list-presences.js';
export { PresenceServer, type PresenceOptions } from './presence/presence.server.js';
export { RequestClient } from './request/request-client.js';
export { RequestErrorFilter } from './request/request-error.filter.js';
