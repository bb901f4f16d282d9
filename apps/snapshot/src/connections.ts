import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { OutboxRelay } from '@catalogue-sync/messaging';
import type { ClientProxy } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';

/** Runs the outbox relay while the service runs, and closes what the service opened once its transports are through. */
export class Connections implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly relay: OutboxRelay,
    private readonly client: ClientProxy,
    private readonly nats: NatsConnection,
    private readonly orm: MikroORM,
  ) {}

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.relay.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
    if (!this.nats.isClosed()) await this.nats.drain();
    await this.orm.close();
  }
}
