import type { OnApplicationShutdown } from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/postgresql';
import { createOrm, migrate, sql } from '@catalogue-sync/persistence';
import { asUnavailable } from './database-trouble.js';
import { GATEWAY_SCHEMA, migrations } from './own-schema.migrations.js';

/**
 * The schema `gateway`, through the role that owns it. It is opened and migrated on first use and, while that fails, on every later one: the
 * gateway starts without its database, and says so on /health/ready. Throws `service-unavailable` when the database cannot be reached.
 */
export class OwnDatabase implements OnApplicationShutdown {
  private opened: Promise<MikroORM> | undefined;

  constructor(private readonly url: string) {}

  /** One statement with bind parameters. Times and bigints come as text. */
  async query<Row extends object>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await sql<Row>((await this.open()).em.fork(), text, params);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const orm = await this.opened?.catch(() => undefined);
    await orm?.close();
  }

  private open(): Promise<MikroORM> {
    this.opened ??= this.prepare().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async prepare(): Promise<MikroORM> {
    const orm = await createOrm({ url: this.url, schema: GATEWAY_SCHEMA, entities: [], migrations });
    try {
      await migrate(orm);
      return orm;
    } catch (error) {
      await orm.close();
      throw error;
    }
  }
}
