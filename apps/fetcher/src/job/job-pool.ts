import type { MikroORM } from '@mikro-orm/postgresql';
import type { JobId } from '@catalogue-sync/contracts';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';
import { Ticker } from '../loop/ticker.js';
import { JobControl, type StopReason } from './job-control.js';
import { Heartbeat, jobLeaseName } from './job-lease.js';
import type { JobRunner } from './job-runner.js';
import type { ProgressBoard } from './progress-board.js';
import { countRunning, jobsWithoutRunner, readBrakes } from './sync-job.store.js';

const LOOK_EVERY_MS = 500;
const BRAKES_EVERY_MS = 200;

interface RunningJob {
  control: JobControl;
  done: Promise<void>;
}

export interface JobPoolOptions {
  /** Jobs that are fetched at once, over all replicas. */
  maxJobs: number;
  leaseTtlMs: number;
  log: (line: string) => void;
}

/**
 * The jobs that this replica fetches. Every replica looks for jobs that nobody runs, and the lease decides who gets one: new ones, and
 * those whose runner died.
 */
export class JobPool {
  private readonly running = new Map<JobId, RunningJob>();
  private readonly looking: Ticker;
  private readonly braking: Ticker;

  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly runner: JobRunner,
    private readonly board: ProgressBoard,
    private readonly options: JobPoolOptions,
  ) {
    const failed = (error: unknown) =>
      options.log(`job pool: ${error instanceof Error ? error.message : 'failed'}`);
    this.looking = new Ticker(() => this.look(), LOOK_EVERY_MS, failed);
    this.braking = new Ticker(() => this.brake(), BRAKES_EVERY_MS, failed);
  }

  start(): void {
    this.looking.start();
    this.braking.start();
  }

  /** There may be a new job. */
  kick(): void {
    this.looking.kick();
  }

  /** Ends the fetching of a job at once, where this replica runs it; another replica sees the flag within 250 ms. */
  cancel(jobId: JobId): void {
    this.running.get(jobId)?.control.cancel();
  }

  /** Stops a job at once, where this replica runs it, and waits until its runner has let go. */
  async stopJob(jobId: JobId, reason: StopReason): Promise<void> {
    const job = this.running.get(jobId);
    job?.control.stop(reason);
    await job?.done;
  }

  /** Lets go of all jobs, so that another replica can go on with them. */
  async stop(): Promise<void> {
    await Promise.all([this.looking.stop(), this.braking.stop()]);
    await Promise.all([...this.running.keys()].map((jobId) => this.stopJob(jobId, 'shutdown')));
  }

  private async look(): Promise<void> {
    const waiting = await jobsWithoutRunner(this.orm.em.fork(), 1, [...this.running.keys()]);
    if (waiting.length === 0) return;
    for (;;) {
      const claimed = await this.claim();
      if (!claimed) return;
      this.launch(claimed.jobId, claimed.lease);
    }
  }

  /**
   * Takes the job that has waited longest, while fewer than the allowed number run over all replicas. Claims come one after the other, so
   * that two replicas do not both take the last place.
   */
  private claim(): Promise<{ jobId: JobId; lease: Lease } | undefined> {
    return this.orm.em.fork().transactional(async (em) => {
      await sql(em, `select pg_advisory_xact_lock(hashtext('fetcher.claim-job'))`);
      if ((await countRunning(em)) >= this.options.maxJobs) return undefined;
      const [jobId] = await jobsWithoutRunner(em, 1, [...this.running.keys()]);
      if (jobId === undefined) return undefined;
      const lease = await this.leases.acquire(jobLeaseName(jobId), this.options.leaseTtlMs);
      return lease && { jobId, lease };
    });
  }

  private launch(jobId: JobId, lease: Lease): void {
    const control = new JobControl();
    this.running.set(jobId, { control, done: this.carry(jobId, lease, control) });
  }

  private async carry(jobId: JobId, lease: Lease, control: JobControl): Promise<void> {
    const heartbeat = new Heartbeat(this.leases, lease, this.options.leaseTtlMs, () =>
      control.stop('lease-lost'),
    );
    try {
      await this.runner.run(jobId, lease, control);
      heartbeat.stop();
      await this.leases.release(lease);
    } catch (error) {
      heartbeat.stop();
      await this.letGo(jobId, lease, control, error);
    } finally {
      this.running.delete(jobId);
      this.board.drop(jobId);
      this.looking.kick();
    }
  }

  /** A run that was stopped gives its lease back. After a failure of ours the lease runs out: that is the pause before the next try. */
  private async letGo(jobId: JobId, lease: Lease, control: JobControl, error: unknown): Promise<void> {
    if (control.stopSignal.aborted) {
      this.options.log(`job ${jobId}: let go (${control.stopReason})`);
      if (control.stopReason !== 'lease-lost') await this.leases.release(lease).catch(() => undefined);
      return;
    }
    this.options.log(
      `job ${jobId}: will be taken up again: ${error instanceof Error ? error.message : 'failed'}`,
    );
  }

  private async brake(): Promise<void> {
    const ids = [...this.running.keys()];
    if (ids.length === 0) return;
    const brakes = new Map((await readBrakes(this.orm.em.fork(), ids)).map((brake) => [brake.id, brake]));
    for (const id of ids) {
      const brake = brakes.get(id);
      if (!brake || brake.deleting) this.running.get(id)?.control.stop('deleting');
      else if (brake.cancel) this.running.get(id)?.control.cancel();
    }
  }
}
