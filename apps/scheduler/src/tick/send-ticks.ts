import type { MikroORM } from '@mikro-orm/postgresql';
import { CatalogueSyncError, ERROR_CODE, REQUEST, type JobId } from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import { claimTick, type ClaimedTick } from './claim-tick.js';
import { ANSWER_MS, findEarlierJob, triggerOf } from './earlier-job.js';

const RETRY_AT_MOST_MS = 300_000;
/** Ticks under way at once: one slow answer holds up none of the others. */
const LANES = 8;
/** Asking again would bring the same answer. */
const FINAL: readonly string[] = [
  ERROR_CODE.providerNotFound,
  ERROR_CODE.providerDeleting,
  ERROR_CODE.invalidRequest,
];
/** After these the order may have been heard all the same. */
const UNSURE: readonly string[] = [ERROR_CODE.serviceUnavailable, ERROR_CODE.internal];

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
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, () => this.runLane()));
    const failed = lanes.find((lane) => lane.status === 'rejected');
    if (failed) throw failed.reason;
    return lanes.reduce((sum, lane) => sum + (lane.status === 'fulfilled' ? lane.value : 0), 0);
  }

  private async runLane(): Promise<number> {
    for (let taken = 0; ; taken += 1) {
      const em = this.orm.em.fork();
      const tick = await claimTick(em, await this.clock.now(em));
      if (tick === undefined) return taken;
      await this.send(tick);
    }
  }

  private async send(tick: ClaimedTick): Promise<void> {
    try {
      const jobId = (await findEarlierJob(this.requests, tick)) ?? (await this.order(tick));
      await this.settle(tick, 'answered', { jobId });
    } catch (error) {
      if (!(error instanceof CatalogueSyncError)) throw error;
      this.log(
        `The sync of ${tick.providerId} that was due at ${tick.dueAt} was not started: ${error.message}`,
      );
      if (FINAL.includes(error.code)) await this.settle(tick, 'refused', { failure: error.message });
      else await this.postpone(tick, error);
    }
  }

  private async order(tick: ClaimedTick): Promise<JobId> {
    const { providerId, mode } = tick;
    const order = { providerId, mode, trigger: triggerOf(tick) };
    return (await this.requests.send(REQUEST.startSync, order, { timeoutMs: ANSWER_MS })).job.id;
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

  private async postpone(tick: ClaimedTick, { code, message }: CatalogueSyncError): Promise<void> {
    const em = this.orm.em.fork();
    const waitMs = Math.min(RETRY_AT_MOST_MS, 1_000 * 2 ** Math.min(tick.attempts, 20));
    await sql(
      em,
      `update tick set try_at = to_timestamp($3::float8 / 1000), failure = $4,
         first_sent_at = case when $6 then first_sent_at else $7::timestamptz end,
         last_sent_at = case when $6 then last_sent_at else $8::timestamptz end
       where schedule_id = $1 and due_at = $2 and state = 'due' and attempts = $5`,
      [
        tick.scheduleId,
        tick.dueAt,
        (await this.clock.now(em)) + waitMs,
        message,
        tick.attempts,
        UNSURE.includes(code),
        // A plain refusal leaves only what was unsure before it.
        tick.firstSentAt,
        tick.lastSentAt,
      ],
    );
  }
}
