import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ClientProxy } from '@nestjs/microservices';

/** The connection to NATS that requests travel on. */
export class NatsLink {
  constructor(private readonly client: ClientProxy) {}

  /** Whether the server answers a round trip within the time, ms. */
  async answers(timeoutMs: number): Promise<boolean> {
    const abort = new AbortController();
    try {
      return await Promise.race([
        this.roundTrip(),
        delay(timeoutMs, false, { signal: abort.signal, ref: false }),
      ]);
    } catch {
      return false;
    } finally {
      abort.abort();
    }
  }

  private async roundTrip(): Promise<boolean> {
    await this.client.connect();
    await this.client.unwrap<NatsConnection>().flush();
    return true;
  }
}
