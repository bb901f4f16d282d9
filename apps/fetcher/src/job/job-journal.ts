import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type JobId,
  type JobOutcome,
  type ProviderId,
  type Scope,
} from '@catalogue-sync/contracts';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';
import type { AccessMemory, RowMemoryStore } from '@catalogue-sync/providers';
import type { Provider } from '../provider/provider.entity.js';
import { requireProvider, saveAccess, settingsOf, takeRunTokens } from '../provider/provider.store.js';
import type { JobControl } from './job-control.js';
import { ProviderRowMemory } from './row-memory.store.js';
import type { ScopeRun } from './scope-run.entity.js';
import { rememberedScopes, voidDigest, type RememberedScope } from './scope-memory.store.js';
import {
  beginAttempt,
  changeMode,
  insertScopeRuns,
  markAnnounced,
  recordMode,
  recordFailure,
  recordScopeEnd,
  saveMarks,
  scopeRunsOf,
  type ScopeFetchEnd,
  type ScopeMarks,
} from './scope-run.store.js';
import { selectMode, type ModeChoice } from './select-mode.js';
import type { SyncFacts } from './sync-facts.js';
import type { SyncJob } from './sync-job.entity.js';
import { lockActiveJob, moveJob, recordFetchOutcome } from './sync-job.store.js';

/** A job as its runner finds it. */
export interface RunnableJob {
  job: SyncJob;
  provider: Provider;
  /** Empty until the provider has said what it lists. */
  runs: ScopeRun[];
  /** What earlier runs of each scope left behind. */
  remembered: Map<Scope, RememberedScope>;
}

/** Opens the journal of a run. */
export class JobJournals {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: Pick<LeaseStore, 'assertHeld'>,
    private readonly facts: SyncFacts,
  ) {}

  open(lease: Lease, control: JobControl): JobJournal {
    return new JobJournal(this.orm, this.leases, this.facts, lease, control);
  }
}

/** Everything a runner writes, each write in a transaction that proves that the lease is still held (I8). */
export class JobJournal {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: Pick<LeaseStore, 'assertHeld'>,
    private readonly facts: SyncFacts,
    private readonly lease: Lease,
    private readonly control: JobControl,
  ) {}

  /** Where the provider's client keeps what the rows of its lists were. A zombie that writes there writes what is true. */
  rowMemory(providerId: ProviderId): RowMemoryStore {
    return new ProviderRowMemory(this.orm, providerId);
  }

  /** Takes the job up: a queued one starts here. Undefined when there is nothing left to fetch. */
  async begin(jobId: JobId): Promise<RunnableJob | undefined> {
    const runnable = await this.write(async (em) => {
      const job = await lockActiveJob(em, jobId);
      if (!job || (job.state !== 'queued' && job.state !== 'fetching')) return undefined;
      const provider = await requireProvider(em, job.providerId);
      if (job.state === 'queued') {
        moveJob(job, { type: 'started' });
        job.startedAt = new Date();
        await em.flush();
        await this.facts.started(em, { providerId: provider.id, jobId, trigger: job.trigger });
      }
      return {
        job,
        provider,
        runs: await scopeRunsOf(em, jobId),
        remembered: await rememberedScopes(em, provider.id),
      };
    });
    this.facts.kick();
    return runnable;
  }

  /** Writes down what will be fetched, in this order, and what opening the provider has told. */
  async plan(
    runnable: RunnableJob,
    scopes: readonly Scope[],
    opened: { endpoint?: string; imageBaseUrl?: string },
  ): Promise<void> {
    const { job, provider } = runnable;
    runnable.runs = await this.write(async (em) => {
      const first = await takeRunTokens(em, provider.id, scopes.length);
      const planned = scopes.map((scope) => ({ scope, choice: chooseMode(runnable, scope) }));
      await insertScopeRuns(em, job.id, first, planned, settingsOf(provider).scopeAttempts);
      await rememberOpened(em, runnable, opened);
      return scopeRunsOf(em, job.id);
    });
    job.imageBaseUrl = opened.imageBaseUrl ?? null;
  }

  /** Begins a scope, or begins it again under a token of its own. `inDoubt` as for `noteFailure`. */
  async beginAfresh(providerId: ProviderId, run: ScopeRun, inDoubt: boolean): Promise<void> {
    await this.write(async (em) => {
      if (inDoubt) await voidDigest(em, providerId, run.scope);
      // The token that was planned serves the first attempt only.
      const runToken = run.attempt === 0 ? run.runToken : await takeRunTokens(em, providerId, 1);
      await beginAttempt(em, run, { runToken, publishedOrdinal: 0, itemRows: 0 });
    });
  }

  /** Goes on with a scope where the last attempt stood, under the same token. */
  async goOn(run: ScopeRun): Promise<void> {
    const { runToken, publishedOrdinal, itemRows } = run;
    await this.write((em) => beginAttempt(em, run, { runToken, publishedOrdinal, itemRows }));
  }

  /**
   * A try has failed, and there will be another. Where it published pages, the catalogue is in doubt: no answer of the provider stands for it any
   * more, and what is remembered of the scope's lists is void.
   */
  async noteFailure(providerId: ProviderId, run: ScopeRun, reason: string, inDoubt: boolean): Promise<void> {
    await this.write(async (em) => {
      if (inDoubt) await voidDigest(em, providerId, run.scope);
      await recordFailure(em, run, reason);
    });
  }

  /** The scope cannot be fetched as was planned. */
  async changeMode(run: ScopeRun, choice: ModeChoice): Promise<void> {
    await this.write((em) => changeMode(em, run, choice));
  }

  /** The scope was fetched another way than was planned. */
  async noteMode(run: ScopeRun, choice: ModeChoice): Promise<void> {
    await this.write((em) => recordMode(em, run, choice));
  }

  /** What was learned about how much the provider takes. */
  async rememberAccess(providerId: ProviderId, access: AccessMemory): Promise<void> {
    await this.write((em) => saveAccess(em, providerId, access));
  }

  async saveMarks(run: ScopeRun, marks: ScopeMarks): Promise<void> {
    await this.write((em) => saveMarks(em, run, marks));
  }

  async endScope(run: ScopeRun, end: ScopeFetchEnd): Promise<void> {
    await this.write((em) => recordScopeEnd(em, run, end));
  }

  async markAnnounced(run: ScopeRun): Promise<void> {
    await this.write((em) => markAnnounced(em, run));
  }

  async endFetching(jobId: JobId, end: { outcome: JobOutcome; reason?: string }): Promise<void> {
    await this.write((em) => recordFetchOutcome(em, jobId, end));
  }

  /** The reconciler has the word now. It may have spoken already: then there is nothing to write. */
  async handOver(jobId: JobId): Promise<void> {
    await this.write(async (em) => {
      const job = await lockActiveJob(em, jobId);
      if (job?.state !== 'fetching') return;
      moveJob(job, { type: 'fetched' });
      job.checkedAt = new Date();
      await em.flush();
    });
  }

  private async write<T>(work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    this.control.throwIfStopped();
    try {
      return await this.orm.em.fork().transactional(async (em) => {
        await this.leases.assertHeld(em, this.lease);
        return work(em);
      });
    } catch (error) {
      if (error instanceof CatalogueSyncError && error.code === ERROR_CODE.leaseLost)
        this.control.stop('lease-lost');
      if (error instanceof CatalogueSyncError && error.code === ERROR_CODE.providerDeleting)
        this.control.stop('deleting');
      this.control.throwIfStopped();
      throw error;
    }
  }
}

function chooseMode({ job, provider, remembered }: RunnableJob, scope: Scope): ModeChoice {
  return selectMode({
    protocol: provider.protocol,
    scope,
    requested: job.requestedMode,
    resetRequested: provider.resetRequestedAt != null,
    remembered: remembered.get(scope) ?? {},
    fullEveryHours: settingsOf(provider).fullEveryHours,
    now: Date.now(),
  });
}

async function rememberOpened(
  em: SqlEntityManager,
  { job, provider }: RunnableJob,
  opened: { endpoint?: string; imageBaseUrl?: string },
): Promise<void> {
  await sql(em, `update sync_job set image_base_url = $2 where id = $1`, [
    job.id,
    opened.imageBaseUrl ?? null,
  ]);
  if (opened.endpoint === undefined) return;
  await sql(em, `update provider set endpoint = $2 where id = $1 and state = 'active'`, [
    provider.id,
    opened.endpoint,
  ]);
}
