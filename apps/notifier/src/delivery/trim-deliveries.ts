import type { MikroORM } from '@mikro-orm/postgresql';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';

const KEPT_MS = 30 * 86_400_000;
/** Rows that are deleted at once. */
const AT_ONCE = 1_000;

/** Deletes messages that came to their end long ago, and the memory of syncs that nobody will tell of again. */
export class TrimDeliveries {
  constructor(
    private readonly orm: MikroORM,
    private readonly clock: DatabaseClock,
  ) {}

  async run(): Promise<void> {
    await this.trim(
      `delete from delivery where id in (select id from delivery
         where state <> 'due' and created_at < to_timestamp($1::float8 / 1000) limit ${AT_ONCE} for update skip locked)
       returning id`,
    );
    await this.trim(
      `delete from told_sync where job_id in (select job_id from told_sync
         where told_at < to_timestamp($1::float8 / 1000) limit ${AT_ONCE} for update skip locked)
       returning job_id`,
    );
  }

  private async trim(statement: string): Promise<void> {
    for (let last = AT_ONCE; last === AT_ONCE;) {
      const em = this.orm.em.fork();
      last = (await sql(em, statement, [(await this.clock.now(em)) - KEPT_MS])).length;
    }
  }
}
