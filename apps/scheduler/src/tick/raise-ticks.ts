import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import { nextDue, type Rhythm } from '../due/due-times.js';
import { raiseTick } from './tick.store.js';

/** Schedules that are looked at in one transaction. */
const AT_ONCE = 100;

type DueSchedule = Rhythm & { id: string };

/**
 * Turns due times into ticks: one row for a schedule and a due time, however many replicas look. Due times that were missed while nobody
 * looked come to one tick, the earliest.
 */
export class RaiseTicks {
  constructor(
    private readonly orm: MikroORM,
    private readonly clock: DatabaseClock,
    private readonly log: (line: string) => void,
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
        `select id, cron, time_zone as "timeZone" from schedule
         where not paused and next_due_at <= to_timestamp($1::float8 / 1000)
         order by next_due_at limit ${AT_ONCE} for update skip locked`,
        [now],
      );
      for (const schedule of due) {
        await raiseTick(em, schedule.id);
        await this.moveOn(em, schedule, now);
      }
      return due.length;
    });
  }

  /** A schedule whose next due time cannot be told (its time zone left the database of time zones) is paused: it must not hold up others. */
  private async moveOn(em: SqlEntityManager, schedule: DueSchedule, now: number): Promise<void> {
    const next = tellNext(schedule, now);
    if ('dueAt' in next) {
      await sql(em, 'update schedule set next_due_at = to_timestamp($2::float8 / 1000) where id = $1', [
        schedule.id,
        next.dueAt,
      ]);
      return;
    }
    this.log(`The schedule ${schedule.id} was paused: ${next.fault}`);
    await sql(em, 'update schedule set paused = true, fault = $2 where id = $1', [schedule.id, next.fault]);
  }
}

function tellNext(rhythm: Rhythm, now: number): { dueAt: number } | { fault: string } {
  try {
    return { dueAt: nextDue(rhythm, now) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
