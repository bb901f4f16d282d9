import {
  CatalogueSyncError,
  ERROR_CODE,
  type JobId,
  type Protocol,
  type ProviderId,
  type RemovalGuard,
  type Scope,
  type ScopeOutcome,
} from '@catalogue-sync/contracts';
import {
  withoutDigest,
  type FetchedPage,
  type PageVerdict,
  type ProviderClient,
  type ScopeEnd,
} from '@catalogue-sync/providers';
import { AckedPrefix } from './acked-prefix.js';
import type { JobControl } from './job-control.js';
import type { JobJournal } from './job-journal.js';
import { MarksSaver } from './marks-saver.js';
import { itemRowsOf, type PagePublisher } from './page-publisher.js';
import { PagesUnderWay } from './pages-under-way.js';
import type { ProgressBoard } from './progress-board.js';
import type { RememberedScope } from './scope-memory.store.js';
import type { ScopeRun } from './scope-run.entity.js';
import type { ScopeFetchEnd } from './scope-run.store.js';
import type { WindowFeed } from './window-feed.js';

/** What a run's scopes have in common. */
export interface RunTools {
  jobId: JobId;
  providerId: ProviderId;
  protocol: Protocol;
  removalConfirmations: number;
  removalGuard: RemovalGuard;
  /** What earlier runs left behind, as far as it is still believed. */
  remembered: Map<Scope, RememberedScope>;
  journal: JobJournal;
  publisher: PagePublisher;
  feed: WindowFeed;
  control: JobControl;
  board: ProgressBoard;
  /** An error in words that may be published: without secrets. */
  inWords: (error: unknown) => string;
}

export const CANCELLED_REASON = 'cancelled on request';
export const OVERDUE_REASON = 'the sync took longer than it may';

/** Failures that pass by themselves, so that another try is worth it. */
const PASSING: ReadonlySet<string> = new Set([
  ERROR_CODE.providerUnreachable,
  ERROR_CODE.providerTimeout,
  ERROR_CODE.providerRateLimited,
  ERROR_CODE.providerBadAnswer,
]);

/** How one try at a scope ended. */
interface TryEnd extends ScopeFetchEnd {
  /** Whether it may end otherwise in a while. */
  passing?: boolean;
}

/** Walks one scope from where it stands to its end, and tells the reconciler of the end. */
export class ScopeWalk {
  private prefix: AckedPrefix;
  /** Item rows of the whole scope, as far as the provider has told. */
  private scopeRows: number | undefined;
  /** Changed rows that were counted when the reconciler was last asked. */
  private judgedChanges = 0;
  /** Whether pages of this try were published, or may have been. */
  private published = false;

  constructor(
    private readonly run: ScopeRun,
    private readonly tools: RunTools,
  ) {
    this.prefix = new AckedPrefix(run.publishedOrdinal, run.itemRows);
  }

  /**
   * Fetches and publishes what is left of the scope. A failure of the provider ends the scope and is no failure of the walk; one that may
   * pass leaves it open as long as there are tries left. Undefined then.
   */
  async fetch(client: ProviderClient): Promise<ScopeOutcome | undefined> {
    if (this.run.outcome != null) return this.announce();
    const stopped = this.stopped();
    if (stopped) return this.end(stopped);
    const { passing = false, ...end } = await this.fetchPages(client);
    if (!passing || this.run.failures + 1 >= this.run.attempts) return this.end(end);
    const { journal, providerId } = this.tools;
    await journal.noteFailure(providerId, this.run, end.reason ?? 'the try failed', this.published);
    if (this.published) this.doubt();
    return undefined;
  }

  /** Ends the scope without fetching: the provider cannot be opened, or the job was cancelled. */
  async giveUp(outcome: 'failed' | 'cancelled', reason: string): Promise<ScopeOutcome> {
    if (this.run.outcome != null) return this.announce();
    return this.end(this.broken(outcome, reason));
  }

  /** How the scope ends because the job was told to; undefined while it was not. */
  private stopped(): ScopeFetchEnd | undefined {
    const { control } = this.tools;
    if (control.cancelled) return this.broken('cancelled', CANCELLED_REASON);
    return control.overdue ? this.broken('failed', OVERDUE_REASON) : undefined;
  }

  private async fetchPages(client: ProviderClient): Promise<TryEnd> {
    const { control, journal, feed, board } = this.tools;
    await this.begin();
    let marks = new MarksSaver(this.run, this.prefix, journal, board);
    const underWay = new PagesUnderWay((page) => this.publish(page, marks));
    const memory = this.tools.remembered.get(this.run.scope)?.memory;
    const pages = client.fetchScope(this.run.scope, {
      signal: control.fetchSignal,
      mode: this.run.mode,
      ...(memory === undefined ? {} : { memory }),
      ...(this.prefix.ordinal > 0 ? { resumeAfterOrdinal: this.prefix.ordinal } : {}),
      onProgress: (progress) => {
        this.scopeRows = progress.itemsTotal;
        marks.progress(progress);
      },
      judge: (ordinal) => this.judge(ordinal, underWay),
    });
    const walked: { end?: ScopeEnd } = {};
    let first = true;
    try {
      for await (const page of keepingEnd(pages, walked)) {
        if (first && page.ordinal <= this.prefix.ordinal) {
          // The scope comes in one body after all: two downloads are never mixed, so this one gets a token of its own.
          await marks.close();
          await this.beginAfresh();
          marks = new MarksSaver(this.run, this.prefix, journal, board);
        }
        first = false;
        this.published = true;
        await feed.room(control.fetchSignal);
        if (this.canGoOn) await marks.room(page.ordinal, control.fetchSignal);
        feed.window.published(this.run.runToken, page.ordinal);
        underWay.start(page);
      }
      await underWay.settle();
      underWay.throwIfFailed();
      if (walked.end?.fullNeeded === undefined) {
        await this.noteMode(walked.end);
        return this.proved(walked.end);
      }
    } catch (error) {
      await underWay.settle();
      control.throwIfStopped();
      return (
        this.stopped() ?? { ...this.broken('failed', this.tools.inWords(error)), passing: passes(error) }
      );
    } finally {
      await marks.close();
    }
    // What its newest pages cannot tell, all of them do.
    await journal.changeMode(this.run, { mode: 'full', reason: walked.end.fullNeeded });
    this.prefix = new AckedPrefix(0, 0);
    return this.fetchPages(client);
  }

  /** The client knows better how it has fetched. */
  private async noteMode(end: ScopeEnd | undefined): Promise<void> {
    const { mode, modeReason } = this.run;
    if (mode !== 'head' || end?.mode !== 'full') return;
    await this.tools.journal.noteMode(this.run, {
      mode: end.mode,
      reason: `${modeReason}; it is short enough to be read whole`,
    });
  }

  /** What the reconciler has found in the pages since it was asked last. */
  private async judge(ordinal: number, underWay: PagesUnderWay): Promise<PageVerdict> {
    const { feed, control } = this.tools;
    await underWay.settle();
    underWay.throwIfFailed();
    const changes = await feed.changesIn(this.run.runToken, ordinal, control.fetchSignal);
    const changed = Math.max(0, changes - this.judgedChanges);
    this.judgedChanges = changes;
    return { changed };
  }

  /** Whether a successor goes on after the pages that were published. */
  private get canGoOn(): boolean {
    return this.tools.protocol === 'stalker' && this.run.mode === 'full';
  }

  /** Portal pages are gone on with under their token; whatever comes in one body is begun again under a new one. */
  private async begin(): Promise<void> {
    const resumable = this.canGoOn && this.run.attempt > 0 && this.prefix.ordinal > 0;
    await (resumable ? this.tools.journal.goOn(this.run) : this.beginAfresh());
  }

  private async beginAfresh(): Promise<void> {
    if (this.run.attempt > 0) this.tools.feed.window.forget(this.run.runToken);
    // A try whose failure was not noted ended with its process, and nobody knows how far it came.
    const inDoubt = this.run.attempt > this.run.failures;
    await this.tools.journal.beginAfresh(this.tools.providerId, this.run, inDoubt);
    if (inDoubt) this.doubt();
    this.published = false;
    this.prefix = new AckedPrefix(0, 0);
    this.judgedChanges = 0;
  }

  private doubt(): void {
    const { remembered } = this.tools;
    const before = remembered.get(this.run.scope);
    if (before?.memory === undefined) return;
    remembered.set(this.run.scope, { ...before, memory: withoutDigest(before.memory) });
  }

  private async publish(page: FetchedPage, marks: MarksSaver): Promise<void> {
    const { publisher, providerId, control } = this.tools;
    await publisher.page(providerId, this.run, page, this.scopeRows, control.fetchSignal);
    this.prefix.acked(page.ordinal, itemRowsOf(page));
    marks.acked();
  }

  /** The client's own word on how it ended, unless pages are missing in the stream. */
  private proved(end: ScopeEnd | undefined): TryEnd {
    if (!end) return this.broken('failed', 'the end of the scope was not seen');
    const whole = this.prefix.ordinal === end.expectedPages;
    const reason = whole
      ? end.reason
      : `${end.expectedPages} pages were announced and ${this.prefix.ordinal} came`;
    return {
      outcome: whole ? end.outcome : 'incomplete',
      expectedPages: this.prefix.ordinal,
      itemRows: this.prefix.itemRows,
      categoriesComplete: end.categoriesComplete,
      ...(end.declaredTotal === undefined ? {} : { declaredTotal: end.declaredTotal }),
      ...(end.memory === undefined ? {} : { memory: end.memory }),
      ...(reason === undefined ? {} : { reason }),
      // A body that broke off comes whole another time; of a portal's list all that is missing is some page.
      passing: end.outcome === 'incomplete' && this.tools.protocol !== 'stalker',
    };
  }

  private broken(outcome: 'failed' | 'cancelled', reason: string): ScopeFetchEnd {
    return {
      outcome,
      reason,
      expectedPages: this.prefix.ordinal,
      itemRows: this.prefix.itemRows,
      categoriesComplete: false,
    };
  }

  private async end(end: ScopeFetchEnd): Promise<ScopeOutcome> {
    await this.tools.journal.endScope(this.run, end);
    return this.announce();
  }

  /** Publishes `ScopeFetched` from what was written down, so that a successor would publish the very same. */
  private async announce(): Promise<ScopeOutcome> {
    const { run, tools } = this;
    const outcome = run.outcome ?? 'failed';
    if (run.state !== 'fetching') return outcome;
    await tools.publisher.scopeFetched(
      tools.providerId,
      {
        jobId: tools.jobId,
        scope: run.scope,
        runToken: run.runToken,
        mode: run.mode,
        expectedPages: run.expectedPages ?? 0,
        outcome,
        itemRows: run.itemRows,
        categoriesComplete: run.categoriesComplete,
        removalConfirmations: tools.removalConfirmations,
        removalGuard: tools.removalGuard,
        ...(run.reason == null ? {} : { reason: run.reason }),
        ...(run.declaredTotal == null ? {} : { declaredTotal: run.declaredTotal }),
      },
      tools.control.stopSignal,
    );
    await tools.journal.markAnnounced(run);
    return outcome;
  }
}

function passes(error: unknown): boolean {
  return error instanceof CatalogueSyncError && PASSING.has(error.code);
}

/** The pages as they come; what the walk says at its end is kept in `walked`. Leaving early closes the walk. */
async function* keepingEnd(
  pages: AsyncGenerator<FetchedPage, ScopeEnd>,
  walked: { end?: ScopeEnd },
): AsyncGenerator<FetchedPage, void> {
  walked.end = yield* pages;
}
