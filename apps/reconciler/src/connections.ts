import { Inject, type OnApplicationShutdown } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { MikroORM } from '@mikro-orm/postgresql';
import type { NatsConnection } from '@nats-io/transport-node';

export const NATS_CONNECTION = Symbol('NATS_CONNECTION');
export const REQUEST_PROXY = Symbol('REQUEST_PROXY');

/** Closes what the service opened, after its transports and relays are through. */
export class Connections implements OnApplicationShutdown {
  constructor(
    @Inject(MikroORM) private readonly orm: MikroORM,
    @Inject(NATS_CONNECTION) private readonly nats: NatsConnection,
    @Inject(REQUEST_PROXY) private readonly requests: ClientProxy,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.requests.close();
    if (!this.nats.isClosed()) await this.nats.drain();
    await this.orm.close();
  }
}
