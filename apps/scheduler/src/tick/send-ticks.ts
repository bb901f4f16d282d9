import type { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  type JobId,
  type ProviderId,
  type SyncMode,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';
import type { DatabaseClock } from '../schedule/database-clock.js';

/** A tick is ours for so long; longer than any answer is waited for. Who dies meanwhile leaves it to the others after that. */
const CLAIM_MS = 30_000;
const RETRY_AT_MOST_MS = 300_000;
/** A tick that was sent before is looked for among this many of the newest jobs. */
const JOBS_LOOKED_AT = 50;
/** Asking again would bring the same answer. */
const FINAL: readonly string[] = [
  ERROR_CODE.providerNotFound,
  ERROR_CODE.providerDeleting,
  ERROR_CODE.invalidRequest,
];

interface ClaimedTick {
  scheduleId: string;
  dueAt: string;
  attempts: number;
  providerId: ProviderId;
  mode: SyncMode | 'auto';
}

/** Hands ticks to the fetcher, each until it has answered. */
export class SendTicks {
  constructor(
    private readonly orm: MikroORM,
    private readonly requests: RequestClient,
    private readonly clock: DatabaseClock,
    private readonly log: (line: string) => void,
  ) {}

  /** Sends what is to be sent now. Gives the number of ticks that were taken up. */
  async run(): Promise<number> {
    for (let taken = 0; ; taken += 1) {
      const tick = await this.claim();
      if (tick === undefined) return taken;
      await this.send(tick);
    }
  }

  private async send(tick: ClaimedTick): Promise<void> {
    const trigger = triggerOf(tick);
    try {
      const job = await this.startedBefore(tick, trigger);
      const { providerId, mode } = tick;
      const jobId =
        job ?? (await this.requests.send(REQUEST.startSync, { providerId, mode, trigger })).job.id;
      await this.settle(tick, 'answered', { jobId });
    } catch (error) {
      if (!(error instanceof CatalogueSyncError)) throw error;
      this.log(
        `The sync of ${tick.providerId} that was due at ${tick.dueAt} was not started: ${error.message}`,
      );
      if (FINAL.includes(error.code)) await this.settle(tick, 'refused', { failure: error.message });
      else await this.postpone(tick, error.message);
    }
  }

  /** The job that an earlier attempt started, whose answer was lost: it may have ended, and a second one would be one too many. */
  private async startedBefore(tick: ClaimedTick, trigger: string): Promise<JobId | undefined> {
    if (tick.attempts === 1) return undefined;
    const { providerId } = tick;
    const { jobs } = await this.requests.send(REQUEST.listJobs, { providerId, limit: JOBS_LOOKED_AT });
    return jobs.find((job) => job.trigger === trigger)?.id;
  }

  private async claim(): Promise<ClaimedTick | undefined> {
    const em = this.orm.em.fork();
    const [tick] = await sql<ClaimedTick>(
      em,
      `update tick set attempts = attempts + 1, try_at = to_timestamp(($1::float8 + ${CLAIM_MS}) / 1000)
       from schedule
       where schedule.id = tick.schedule_id and (tick.schedule_id, tick.due_at) = (
         select schedule_id, due_at from tick
         where state = 'due' and try_at <= to_timestamp($1::float8 / 1000)
         order by try_at limit 1 for update skip locked)
       returning schedule_id as "scheduleId", due_at as "dueAt", attempts, provider_id as "providerId", mode`,
      [await this.clock.now(em)],
    );
    return tick;
  }

  private async settle(
    tick: ClaimedTick,
    state: 'answered' | 'refused',
    end: { jobId?: JobId; failure?: string },
  ): Promise<void> {
    await sql(
      this.orm.em.fork(),
      `update tick set state = $3, job_id = $4, failure = $5 where schedule_id = $1 and due_at = $2 and state = 'due'`,
      [tick.scheduleId, tick.dueAt, state, end.jobId ?? null, end.failure ?? null],
    );
  }

  private async postpone(tick: ClaimedTick, failure: string): Promise<void> {
    const em = this.orm.em.fork();
    const waitMs = Math.min(RETRY_AT_MOST_MS, 1_000 * 2 ** Math.min(tick.attempts, 20));
    await sql(
      em,
      `update tick set try_at = to_timestamp($3::float8 / 1000), failure = $4
       where schedule_id = $1 and due_at = $2 and state = 'due' and attempts = $5`,
      [tick.scheduleId, tick.dueAt, (await this.clock.now(em)) + waitMs, failure, tick.attempts],
    );
  }
}

/** Names the tick to the fetcher, the same on every attempt. */
function triggerOf(tick: ClaimedTick): string {
  return `schedule:${tick.scheduleId}:${new Date(tick.dueAt).getTime()}`;
}
