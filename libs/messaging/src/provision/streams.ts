import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { streamConfigs } from './stream-configs.js';

/** JetStream's code for "a stream of this name exists and is configured otherwise". */
const STREAM_NAME_IN_USE = 10058;

export interface ProvisionOptions {
  /** Copies of each stream in a NATS cluster; absent: what the stream has, 1 for a new one. */
  replicas?: number;
}

/**
 * Makes the four streams, or changes them to what they must be; what they hold stays. Any number of services may do it at once, and a
 * service does it again when it finds a stream gone.
 */
export async function provisionStreams(nc: NatsConnection, options: ProvisionOptions = {}): Promise<void> {
  const manager = await jetstreamManager(nc, { checkAPI: false });
  const replicas = options.replicas === undefined ? {} : { num_replicas: options.replicas };
  for (const required of streamConfigs()) {
    const config = { ...required, ...replicas };
    try {
      await manager.streams.add(config);
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === STREAM_NAME_IN_USE)) throw error;
      await manager.streams.update(config.name, config);
    }
  }
}
