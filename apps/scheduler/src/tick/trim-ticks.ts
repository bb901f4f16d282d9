import type { MikroORM } from '@mikro-orm/postgresql';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';

/** So long the ends of ticks can be read up in the database. */
const KEPT_MS = 7 * 86_400_000;
/** Rows that are deleted at once. */
const AT_ONCE = 1_000;

/** Deletes ticks that came to their end long ago; those that are still to be sent stay, however old. */
export class TrimTicks {
  constructor(
    private readonly orm: MikroORM,
    private readonly clock: DatabaseClock,
  ) {}

  /** Gives the number of ticks that were deleted. */
  async run(): Promise<number> {
    let deleted = 0;
    for (let last = AT_ONCE; last === AT_ONCE; deleted += last) last = await this.trimSome();
    return deleted;
  }

  private async trimSome(): Promise<number> {
    const em = this.orm.em.fork();
    const gone = await sql(
      em,
      `delete from tick where (schedule_id, due_at) in (
         select schedule_id, due_at from tick
         where state <> 'due' and due_at < to_timestamp($1::float8 / 1000)
         order by due_at limit ${AT_ONCE} for update skip locked)
       returning schedule_id`,
      [(await this.clock.now(em)) - KEPT_MS],
    );
    return gone.length;
  }
}
