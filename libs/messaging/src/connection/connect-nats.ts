import { connect, type NatsConnection } from '@nats-io/transport-node';

export interface NatsOptions {
  /** One URL, or several separated by commas. */
  url: string;
  /** Shown by the server's monitoring: service and replica. */
  name: string;
}

/**
 * Connects, and goes on trying for as long as the process lives: at first as well as after a loss. Requests fail while the server is
 * away; publishers and sources of this library retry.
 */
export function connectNats({ url, name }: NatsOptions): Promise<NatsConnection> {
  return connect({
    servers: url.split(','),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    waitOnFirstConnect: true,
    // A server that is gone without a word is noticed within 20 s.
    pingInterval: 10_000,
    maxPingOut: 2,
  });
}
