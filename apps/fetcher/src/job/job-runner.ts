import { setTimeout as delay } from 'node:timers/promises';
import { decideJobOutcome } from '@catalogue-sync/catalogue';
import type { JobId, JobOutcome } from '@catalogue-sync/contracts';
import type { Lease } from '@catalogue-sync/persistence';
import type { ConnectionVault } from '../provider/connection-vault.js';
import { settingsOf } from '../provider/provider.store.js';
import type { ProviderClients } from '../provider/provider-clients.js';
import type { JobControl } from './job-control.js';
import type { JobJournal, JobJournals, RunnableJob } from './job-journal.js';
import type { PagePublisher } from './page-publisher.js';
import type { ProgressBoard } from './progress-board.js';
import { ProviderAccess } from './provider-access.js';
import { inFetchOrder } from './scope-kinds.js';
import { CANCELLED_REASON, OVERDUE_REASON, ScopeWalk, type RunTools } from './scope-walk.js';
import type { WindowFeeds } from './window-feed.js';

/** Between two tries of a scope, ms. */
const LONGEST_PAUSE_MS = 15 * 60_000;
/** What a timer can hold, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface FetchEnd {
  outcome: JobOutcome;
  reason?: string;
}

/**
 * Runs the fetching of one job: takes it up where it stands, walks its scopes one after another, and hands it over to the reconciler.
 * Everything that is told to others is written down first, so that a successor tells the same.
 */
export class JobRunner {
  constructor(
    private readonly journals: JobJournals,
    private readonly vault: ConnectionVault,
    private readonly clients: ProviderClients,
    private readonly publisher: PagePublisher,
    private readonly feeds: WindowFeeds,
    private readonly reports: { board: ProgressBoard; log: (line: string) => void },
    private readonly patience: { retryAfterMs: number },
  ) {}

  /** Throws RunStopped when `control` was stopped, and whatever the database throws: the job is then taken up again. */
  async run(jobId: JobId, lease: Lease, control: JobControl): Promise<void> {
    const journal = this.journals.open(lease, control);
    const runnable = await journal.begin(jobId);
    if (!runnable) return;
    const { job, provider } = runnable;
    if (job.cancelRequestedAt != null) control.cancel();
    if (job.fetchOutcome == null) {
      const end = await this.fetch(runnable, journal, control);
      control.throwIfStopped();
      await journal.endFetching(jobId, end);
      job.fetchOutcome = end.outcome;
    }
    await this.publisher.jobFetched(
      provider.id,
      {
        jobId,
        outcome: job.fetchOutcome ?? 'failed',
        scopes: runnable.runs.map(({ scope, runToken }) => ({ scope, runToken })),
        ...(job.imageBaseUrl == null ? {} : { imageBaseUrl: job.imageBaseUrl }),
      },
      control.stopSignal,
    );
    await journal.handOver(jobId);
  }

  private async fetch(runnable: RunnableJob, journal: JobJournal, control: JobControl): Promise<FetchEnd> {
    const { job, provider, runs } = runnable;
    const access = new ProviderAccess(this.vault, this.clients, provider, journal.rowMemory(provider.id));
    const feed = this.feeds.open(provider.id, job.id);
    const deadline = this.startDeadline(runnable, control);
    const settings = settingsOf(provider);
    const tools: RunTools = {
      jobId: job.id,
      providerId: provider.id,
      protocol: provider.protocol,
      removalConfirmations: settings.removalConfirmations,
      removalGuard: {
        inOneRun: settings.removalGuardPercent,
        inSevenDays: settings.removalGuardWeekPercent,
      },
      remembered: runnable.remembered,
      journal,
      publisher: this.publisher,
      feed,
      control,
      board: this.reports.board,
      inWords: (error) => this.inWords(error, access, job.id),
    };
    try {
      if (runs.length > 0) await this.catchUp(runnable, tools);
      if (runs.length > 0 && runs.every((run) => run.outcome != null))
        return await this.finish(runnable, tools);
      if (control.cancelled) return await this.giveUp(runnable, tools, 'cancelled', CANCELLED_REASON);
      return await this.walk(runnable, access, tools);
    } finally {
      clearTimeout(deadline);
      if (access.learned && control.stopReason === undefined) {
        await journal.rememberAccess(provider.id, access.learned).catch(() => undefined);
      }
      feed.close();
      await access.close();
    }
  }

  /** Opens the provider and walks its scopes. */
  private async walk(runnable: RunnableJob, access: ProviderAccess, tools: RunTools): Promise<FetchEnd> {
    const { control, journal } = tools;
    let open: Awaited<ReturnType<ProviderAccess['open']>>;
    try {
      open = await access.open(control.fetchSignal);
    } catch (error) {
      control.throwIfStopped();
      if (control.cancelled) return this.giveUp(runnable, tools, 'cancelled', CANCELLED_REASON);
      const reason = control.overdue ? OVERDUE_REASON : tools.inWords(error);
      return this.giveUp(runnable, tools, 'failed', reason);
    }
    const { client, opened, endpoint } = open;
    if (runnable.runs.length === 0) {
      const asked = runnable.job.onlyScopes;
      const scopes = opened.scopes.filter((scope) => asked == null || asked.includes(scope));
      await journal.plan(runnable, inFetchOrder(scopes), {
        endpoint,
        imageBaseUrl: opened.imageBaseUrl,
      });
    }
    for (let round = 1; ; round += 1) {
      for (const run of runnable.runs) {
        await new ScopeWalk(run, tools).fetch(client);
        control.throwIfStopped();
      }
      if (runnable.runs.every((run) => run.outcome != null)) return this.endOf(runnable);
      await this.pause(round, control);
    }
  }

  /** Waits before the scopes that failed are tried again, longer each time. A brake ends the wait. */
  private async pause(round: number, control: JobControl): Promise<void> {
    const longest = this.patience.retryAfterMs * 2 ** (round - 1);
    const wait = longest * (0.75 + Math.random() * 0.25);
    await delay(Math.min(wait, LONGEST_PAUSE_MS), undefined, { signal: control.fetchSignal }).catch(
      () => undefined,
    );
    control.throwIfStopped();
  }

  private startDeadline({ job, provider }: RunnableJob, control: JobControl): NodeJS.Timeout {
    const until =
      (job.startedAt ?? job.createdAt).getTime() + settingsOf(provider).jobDeadlineMinutes * 60_000;
    const left = Math.max(0, until - Date.now());
    return setTimeout(() => control.expire(), Math.min(left, LONGEST_TIMER_MS));
  }

  /** Ends every scope that has not ended; none may have been planned yet. */
  private async giveUp(
    runnable: RunnableJob,
    tools: RunTools,
    outcome: 'failed' | 'cancelled',
    reason: string,
  ): Promise<FetchEnd> {
    for (const run of runnable.runs) await new ScopeWalk(run, tools).giveUp(outcome, reason);
    if (runnable.runs.length === 0) return { outcome, reason };
    return { ...this.endOf(runnable), reason };
  }

  /** All scopes have ended before: what is left is to tell of those of which it may not have been told. */
  private async finish(runnable: RunnableJob, tools: RunTools): Promise<FetchEnd> {
    for (const run of runnable.runs) await new ScopeWalk(run, tools).giveUp('failed', '');
    return this.endOf(runnable);
  }

  private endOf({ runs }: RunnableJob): FetchEnd {
    return { outcome: decideJobOutcome(runs.map((run) => run.outcome ?? 'failed')) };
  }

  /** After a take-over: how much of what was published the reconciler has taken in. */
  private async catchUp({ runs }: RunnableJob, { feed }: RunTools): Promise<void> {
    for (const run of runs) feed.window.published(run.runToken, run.publishedOrdinal);
    await feed.askReconciler();
  }

  private inWords(error: unknown, access: ProviderAccess, jobId: JobId): string {
    this.reports.log(`job ${jobId}: ${access.inDetail(error)}`);
    return access.inWords(error);
  }
}
