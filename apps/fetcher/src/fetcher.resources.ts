import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ClientProxy } from '@nestjs/microservices';

/** Something that works by itself from the start of the service to its end. */
export interface BackgroundWork {
  start(): void;
  stop(): void | Promise<void>;
}

/** Starts what works in the background, and ends all in order: first the work, then the connections it needs. */
export class FetcherResources
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    private readonly work: readonly BackgroundWork[],
    private readonly requests: ClientProxy,
    private readonly nats: NatsConnection,
    private readonly orm: MikroORM,
  ) {}

  onApplicationBootstrap(): void {
    for (const work of this.work) work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const work of [...this.work].reverse()) await work.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.requests.close();
    if (!this.nats.isClosed()) await this.nats.drain();
    await this.orm.close();
  }
}
