import type { MikroORM } from '@mikro-orm/postgresql';
import {
  EVENT_TYPE,
  REQUEST,
  type JobId,
  type JobReconciled,
  type ProviderId,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';
import { Ticker } from '../loop/ticker.js';
import type { JobCloser } from './job-closer.js';
import { claimWaitingJobs } from './sync-job.store.js';

const LOOK_EVERY_MS = 1_000;
/** A job that waits for others is looked after this often, seconds, over all replicas. */
const CHECK_EVERY_SECONDS = 3;
/** So many looks in a row must find the queue empty: one may fall between the last acknowledgement and the word of it. */
const EMPTY_LOOKS = 4;
const PRUNE_EVERY_MS = 600_000;
const ASK_TIMEOUT_MS = 5_000;
/** `JobReconciled` is a job's last event; only approvals of removals may stand behind it. */
const TAIL_EVENTS = 200;

/** Asks after jobs whose message from the reconciler or the snapshot service does not come: messages may be lost, jobs may not. */
export class JobWatch {
  private readonly ticker: Ticker;
  private readonly emptyLooks = new Map<JobId, number>();
  private nextPruneAt = Date.now() + PRUNE_EVERY_MS;

  constructor(
    private readonly orm: MikroORM,
    private readonly closer: JobCloser,
    private readonly requests: Pick<RequestClient, 'send'>,
    private readonly pagesWaiting: (providerId: ProviderId) => Promise<number>,
    private readonly log: (line: string) => void,
  ) {
    this.ticker = new Ticker(
      () => this.look(),
      LOOK_EVERY_MS,
      (error) => this.note('job watch', error),
    );
  }

  start(): void {
    this.ticker.start();
  }

  async stop(): Promise<void> {
    await this.ticker.stop();
  }

  private async look(): Promise<void> {
    const jobs = await claimWaitingJobs(this.orm.em.fork(), CHECK_EVERY_SECONDS);
    await Promise.all(
      jobs.map(async ({ id, providerId, state }) => {
        try {
          await (state === 'reconciling'
            ? this.askReconciler(providerId, id)
            : this.askSnapshot(providerId, id));
        } catch (error) {
          this.note(`job ${id}`, error);
        }
      }),
    );
    if (Date.now() >= this.nextPruneAt) await this.prune();
  }

  private async askReconciler(providerId: ProviderId, jobId: JobId): Promise<void> {
    const options = { timeoutMs: ASK_TIMEOUT_MS };
    const sweep = await this.requests.send(REQUEST.getSweep, { providerId, jobId }, options);
    if (!sweep.jobReconciled) return this.lookForLoss(providerId, jobId);
    const { head } = await this.requests.send(REQUEST.getEvents, { providerId, after: 0, limit: 1 }, options);
    const after = Math.max(0, head - TAIL_EVENTS);
    const tail = await this.requests.send(
      REQUEST.getEvents,
      { providerId, after, limit: TAIL_EVENTS },
      options,
    );
    const event = tail.events.find(
      (entry) => entry.type === EVENT_TYPE.jobReconciled && entry.jobId === jobId,
    );
    if (event) await this.closer.reconciled(providerId, JSON.parse(event.data) as JobReconciled);
  }

  /** Messages stay in the queue until the reconciler is through with them: an empty queue and an unended job mean that they are lost. */
  private async lookForLoss(providerId: ProviderId, jobId: JobId): Promise<void> {
    const emptyLooks =
      (await this.pagesWaiting(providerId)) === 0 ? (this.emptyLooks.get(jobId) ?? 0) + 1 : 0;
    if (emptyLooks < EMPTY_LOOKS) {
      this.emptyLooks.set(jobId, emptyLooks);
      return;
    }
    this.emptyLooks.delete(jobId);
    await this.closer.lost(jobId);
  }

  private async askSnapshot(providerId: ProviderId, jobId: JobId): Promise<void> {
    const position = await this.requests.send(
      REQUEST.getSnapshotPosition,
      { providerId },
      { timeoutMs: ASK_TIMEOUT_MS },
    );
    if (position.lastJobId !== jobId) return;
    await this.closer.sealed(jobId, {
      changed: position.lastJobChanged ?? false,
      ...(position.currentVersion === undefined ? {} : { version: position.currentVersion }),
    });
  }

  /** Leases of jobs that have ended are of no use: nobody will ask for them again. */
  private async prune(): Promise<void> {
    this.nextPruneAt = Date.now() + PRUNE_EVERY_MS;
    this.emptyLooks.clear();
    await sql(
      this.orm.em.fork(),
      `delete from lease l where l.name like 'job:%' and l.expires_at < clock_timestamp() - interval '1 hour'
         and not exists (select 1 from sync_job j where l.name = 'job:' || j.id and j.finished_at is null)`,
    );
  }

  private note(what: string, error: unknown): void {
    this.log(`${what}: ${error instanceof Error ? error.message : 'failed'}`);
  }
}
