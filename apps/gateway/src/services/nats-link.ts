import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
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

  /** Throws `service-unavailable` when there is no server. */
  async connection(): Promise<NatsConnection> {
    try {
      await this.client.connect();
    } catch (cause) {
      throw new CatalogueSyncError(ERROR_CODE.serviceUnavailable, 'NATS does not answer. Try again later.', {
        cause,
      });
    }
    return this.client.unwrap<NatsConnection>();
  }

  private async roundTrip(): Promise<boolean> {
    await (await this.connection()).flush();
    return true;
  }
}
