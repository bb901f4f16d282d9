import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { sql } from '@catalogue-sync/persistence';

/** Makes the tick of a schedule's present due time, late by its jitter. One that is there already stays as it is. */
export async function raiseTick(em: SqlEntityManager, scheduleId: string): Promise<void> {
  await sql(
    em,
    `insert into tick (schedule_id, due_at, try_at)
     select id, next_due_at, next_due_at + random() * jitter_seconds * interval '1 second'
     from schedule where id = $1
     on conflict do nothing`,
    [scheduleId],
  );
}

/** Gives up what a schedule has not sent yet. */
export async function dropTicks(em: SqlEntityManager, scheduleId: string, why: string): Promise<void> {
  await sql(em, `update tick set state = 'refused', failure = $2 where schedule_id = $1 and state = 'due'`, [
    scheduleId,
    why,
  ]);
}
