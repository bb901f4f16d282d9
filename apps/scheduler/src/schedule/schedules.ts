import type { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  type ProviderId,
  type Schedule,
  type SchedulePreview,
  type ScheduleSettings,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import { nextDue, nextDues, type Rhythm } from '../due/due-times.js';
import { inWords } from '../due/words.js';
import { dropTicks, raiseTick } from '../tick/tick.store.js';

const AT_MOST = 50;
const DEFAULTS: ScheduleSettings = {
  cron: '0 3 * * *',
  timeZone: 'UTC',
  jitterSeconds: 0,
  mode: 'auto',
  paused: false,
};
const COLUMNS = `id, cron, time_zone as "timeZone", jitter_seconds as "jitterSeconds", mode, paused, fault,
  next_due_at as "nextDueAt"`;

type Row = ScheduleSettings & { id: string; fault: string | null; nextDueAt: string };

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
        throw new CatalogueSyncError(
          ERROR_CODE.invalidRequest,
          `A provider has ${AT_MOST} schedules at most: delete one first.`,
        );
      }
      const [row] = await sql<Row>(
        em,
        `insert into schedule (provider_id, cron, time_zone, jitter_seconds, mode, paused, next_due_at)
         values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)) returning ${COLUMNS}`,
        [providerId, ...valuesOf({ ...DEFAULTS, ...settings }, await this.clock.now(em))],
      );
      return toView(found(row));
    });
  }

  /**
   * Changes what is given; the next run is reckoned from now on. A run that is overdue stays due; one of a schedule that is paused is given up.
   * Throws `schedule-not-found` and `invalid-request`.
   */
  update(providerId: ProviderId, id: string, change: Partial<ScheduleSettings>): Promise<Schedule> {
    return this.orm.em.fork().transactional(async (em) => {
      const [row] = await sql<Row>(
        em,
        `select ${COLUMNS} from schedule where provider_id = $1 and id = $2 for update`,
        [providerId, id],
      );
      const before = toView(found(row));
      const { cron, timeZone, jitterSeconds, mode, paused } = before;
      const settings = { cron, timeZone, jitterSeconds, mode, paused, ...change };
      const now = await this.clock.now(em);
      const values = valuesOf(settings, now);
      if (settings.paused) await dropTicks(em, id, 'The schedule was paused.');
      else if (before.nextRunAt !== undefined && Date.parse(before.nextRunAt) <= now) await raiseTick(em, id);
      const [changed] = await sql<Row>(
        em,
        `update schedule set cron = $2, time_zone = $3, jitter_seconds = $4, mode = $5, paused = $6,
           next_due_at = to_timestamp($7::float8 / 1000), fault = null
         where id = $1 returning ${COLUMNS}`,
        [id, ...values],
      );
      return toView(found(changed));
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
  async preview(rhythm: Rhythm, count: number): Promise<SchedulePreview> {
    const now = await this.clock.now(this.orm.em.fork());
    const nextRuns = nextDues(rhythm, now, count).map((due) => new Date(due).toISOString());
    return { words: inWords(rhythm), nextRuns };
  }
}

/** Throws `invalid-request` when the settings are never due. */
function valuesOf(settings: ScheduleSettings, now: number): unknown[] {
  const { cron, timeZone, jitterSeconds, mode, paused } = settings;
  return [cron, timeZone, jitterSeconds, mode, paused, nextDue(settings, now)];
}

function found(row: Row | undefined): Row {
  if (row !== undefined) return row;
  throw new CatalogueSyncError(
    ERROR_CODE.scheduleNotFound,
    'There is no such schedule at this provider: list its schedules anew.',
  );
}

function toView({ nextDueAt, fault, ...settings }: Row): Schedule {
  return {
    ...settings,
    words: inWords(settings),
    ...(settings.paused ? {} : { nextRunAt: new Date(nextDueAt).toISOString() }),
    ...(fault === null ? {} : { fault }),
  };
}
