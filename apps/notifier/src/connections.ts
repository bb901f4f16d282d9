import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { NatsConnection } from '@nats-io/transport-node';
import type { WebhookChannel } from './channel/webhook.channel.js';
import type { Deliver } from './delivery/deliver.js';

export const NATS_CONNECTION = Symbol('NATS_CONNECTION');

/** Waits for the attempts under way, and closes what the service opened. */
export class Connections implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly orm: MikroORM,
    private readonly nats: NatsConnection,
    private readonly channel: WebhookChannel,
    private readonly deliver: Deliver,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.deliver.settled();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.deliver.settled();
    await this.channel.close();
    if (!this.nats.isClosed()) await this.nats.drain();
    await this.orm.close();
  }
}
