import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  type ProviderId,
  type Schedule,
  type ScheduleSettings,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';
import { nextDue, nextDues, type Rhythm } from '../due/due-times.js';
import type { DatabaseClock } from './database-clock.js';

const AT_MOST = 50;
const DEFAULTS: ScheduleSettings = {
  cron: '0 3 * * *',
  timeZone: 'UTC',
  jitterSeconds: 0,
  mode: 'auto',
  paused: false,
};
const COLUMNS = `id, cron, time_zone as "timeZone", jitter_seconds as "jitterSeconds", mode, paused,
  next_due_at as "nextDueAt"`;

type Row = ScheduleSettings & { id: string; nextDueAt: string };

/** The schedules of providers, as operators see and change them. */
export class Schedules {
  constructor(
    private readonly orm: MikroORM,
    private readonly requests: RequestClient,
    private readonly clock: DatabaseClock,
  ) {}

  async list(providerId: ProviderId): Promise<Schedule[]> {
    const rows = await sql<Row>(
      this.orm.em.fork(),
      `select ${COLUMNS} from schedule where provider_id = $1 order by created_at, id`,
      [providerId],
    );
    return rows.map(toView);
  }

  /** Throws `provider-not-found`, and `invalid-request` on settings that mean nothing or one schedule too many. */
  async create(providerId: ProviderId, settings: Partial<ScheduleSettings>): Promise<Schedule> {
    await this.requests.send(REQUEST.getProvider, { providerId });
    return this.orm.em.fork().transactional(async (em) => {
      // The row's lock makes the count below count.
      await sql(
        em,
        `insert into known_provider (provider_id, seen_at) values ($1, clock_timestamp())
         on conflict (provider_id) do update set seen_at = excluded.seen_at`,
        [providerId],
      );
      const [held] = await sql<{ count: number }>(
        em,
        'select count(*)::int as count from schedule where provider_id = $1',
        [providerId],
      );
      if (Number(held?.count) >= AT_MOST) {
        throw invalid(`A provider has ${AT_MOST} schedules at most: delete one first.`);
      }
      const [row] = await sql<Row>(
        em,
        `insert into schedule (provider_id, cron, time_zone, jitter_seconds, mode, paused, next_due_at)
         values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)) returning ${COLUMNS}`,
        [providerId, ...(await this.valuesOf(em, { ...DEFAULTS, ...settings }))],
      );
      return found(row);
    });
  }

  /** Changes what is given; the next run is reckoned from now on. Throws `invalid-request`. */
  update(providerId: ProviderId, id: string, change: Partial<ScheduleSettings>): Promise<Schedule> {
    return this.orm.em.fork().transactional(async (em) => {
      const [row] = await sql<Row>(
        em,
        `select ${COLUMNS} from schedule where provider_id = $1 and id = $2 for update`,
        [providerId, id],
      );
      const { cron, timeZone, jitterSeconds, mode, paused } = found(row);
      const settings = { cron, timeZone, jitterSeconds, mode, paused, ...change };
      const [changed] = await sql<Row>(
        em,
        `update schedule set cron = $2, time_zone = $3, jitter_seconds = $4, mode = $5, paused = $6,
           next_due_at = to_timestamp($7::float8 / 1000)
         where id = $1 returning ${COLUMNS}`,
        [id, ...(await this.valuesOf(em, settings))],
      );
      return found(changed);
    });
  }

  /** Whether there was one. */
  async delete(providerId: ProviderId, id: string): Promise<boolean> {
    const gone = await sql(
      this.orm.em.fork(),
      'delete from schedule where provider_id = $1 and id = $2 returning id',
      [providerId, id],
    );
    return gone.length > 0;
  }

  /** The next `count` runs. Throws `invalid-request`. */
  async preview(rhythm: Rhythm, count: number): Promise<string[]> {
    const now = await this.clock.now(this.orm.em.fork());
    return nextDues(rhythm, now, count).map((due) => new Date(due).toISOString());
  }

  private async valuesOf(em: SqlEntityManager, settings: ScheduleSettings): Promise<unknown[]> {
    const { cron, timeZone, jitterSeconds, mode, paused } = settings;
    return [cron, timeZone, jitterSeconds, mode, paused, nextDue(settings, await this.clock.now(em))];
  }
}

function found(row: Row | undefined): Schedule {
  if (row === undefined) throw invalid('There is no such schedule: list them anew.', 'scheduleId');
  return toView(row);
}

function toView({ nextDueAt, ...settings }: Row): Schedule {
  return { ...settings, ...(settings.paused ? {} : { nextRunAt: new Date(nextDueAt).toISOString() }) };
}

function invalid(message: string, field?: string): CatalogueSyncError {
  return new CatalogueSyncError(
    ERROR_CODE.invalidRequest,
    message,
    field === undefined ? undefined : { field },
  );
}
