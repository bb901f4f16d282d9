import type { OnApplicationShutdown } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import type { MikroORM } from '@mikro-orm/postgresql';

/** Closes what the service opened, after its recurring work is through. */
export class Connections implements OnApplicationShutdown {
  constructor(
    private readonly orm: MikroORM,
    private readonly requests: ClientProxy,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.requests.close();
    await this.orm.close();
  }
}
