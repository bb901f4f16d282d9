import type { MikroORM } from '@mikro-orm/postgresql';
import { sql } from '@catalogue-sync/persistence';
import { nextDue } from '../due/due-times.js';
import type { DatabaseClock } from '../schedule/database-clock.js';

/** Schedules that are looked at in one transaction. */
const AT_ONCE = 100;

interface DueSchedule {
  id: string;
  cron: string;
  timeZone: string;
  dueAt: string;
}

/**
 * Turns due times into ticks: one row for a schedule and a due time, however many replicas look. Due times that were missed while nobody
 * looked come to one tick, the earliest.
 */
export class RaiseTicks {
  constructor(
    private readonly orm: MikroORM,
    private readonly clock: DatabaseClock,
  ) {}

  /** Gives the number of ticks that were raised. */
  async run(): Promise<number> {
    let raised = 0;
    for (let last = AT_ONCE; last === AT_ONCE; raised += last) last = await this.raiseSome();
    return raised;
  }

  private raiseSome(): Promise<number> {
    return this.orm.em.fork().transactional(async (em) => {
      const now = await this.clock.now(em);
      const due = await sql<DueSchedule>(
        em,
        `select id, cron, time_zone as "timeZone", next_due_at as "dueAt" from schedule
         where not paused and next_due_at <= to_timestamp($1::float8 / 1000)
         order by next_due_at limit ${AT_ONCE} for update skip locked`,
        [now],
      );
      for (const schedule of due) {
        await sql(
          em,
          `with raised as (
             insert into tick (schedule_id, due_at, try_at)
             select id, next_due_at, next_due_at + random() * jitter_seconds * interval '1 second'
             from schedule where id = $1
             on conflict do nothing)
           update schedule set next_due_at = to_timestamp($2::float8 / 1000) where id = $1`,
          [schedule.id, nextDue(schedule, now)],
        );
      }
      return due.length;
    });
  }
}
