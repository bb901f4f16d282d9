import type { JobId, Protocol, ProviderId, ScopeOutcome } from '@catalogue-sync/contracts';
import type { FetchedPage, ProviderClient, ScopeEnd } from '@catalogue-sync/providers';
import { AckedPrefix } from './acked-prefix.js';
import type { JobControl } from './job-control.js';
import type { JobJournal } from './job-journal.js';
import { MarksSaver } from './marks-saver.js';
import { itemRowsOf, type PagePublisher } from './page-publisher.js';
import { PagesUnderWay } from './pages-under-way.js';
import type { ProgressBoard } from './progress-board.js';
import type { ScopeRun } from './scope-run.entity.js';
import type { ScopeFetchEnd } from './scope-run.store.js';
import type { WindowFeed } from './window-feed.js';

/** What a run's scopes have in common. */
export interface RunTools {
  jobId: JobId;
  providerId: ProviderId;
  protocol: Protocol;
  removalConfirmations: number;
  journal: JobJournal;
  publisher: PagePublisher;
  feed: WindowFeed;
  control: JobControl;
  board: ProgressBoard;
  /** An error in words that may be published: without secrets. */
  inWords: (error: unknown) => string;
}

export const CANCELLED_REASON = 'cancelled on request';

/** Walks one scope from where it stands to its end, and tells the reconciler of the end. */
export class ScopeWalk {
  private prefix: AckedPrefix;

  constructor(
    private readonly run: ScopeRun,
    private readonly tools: RunTools,
  ) {
    this.prefix = new AckedPrefix(run.publishedOrdinal, run.itemRows);
  }

  /** Fetches and publishes what is left of the scope. A failure of the provider ends the scope and is no failure of the walk. */
  async fetch(client: ProviderClient): Promise<ScopeOutcome> {
    if (this.run.outcome != null) return this.announce();
    if (this.tools.control.cancelled) return this.end(this.broken('cancelled', CANCELLED_REASON));
    return this.end(await this.fetchPages(client));
  }

  /** Ends the scope without fetching: the provider cannot be opened, or the job was cancelled. */
  async giveUp(outcome: 'failed' | 'cancelled', reason: string): Promise<ScopeOutcome> {
    if (this.run.outcome != null) return this.announce();
    return this.end(this.broken(outcome, reason));
  }

  private async fetchPages(client: ProviderClient): Promise<ScopeFetchEnd> {
    const { control, journal, feed, board } = this.tools;
    await this.begin();
    let marks = new MarksSaver(this.run, this.prefix, journal, board);
    const underWay = new PagesUnderWay((page) => this.publish(page, marks));
    const pages = client.fetchScope(this.run.scope, {
      signal: control.fetchSignal,
      ...(this.prefix.ordinal > 0 ? { resumeAfterOrdinal: this.prefix.ordinal } : {}),
      onProgress: (progress) => marks.progress(progress),
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
        await feed.room(control.fetchSignal);
        feed.window.published(this.run.runToken, page.ordinal);
        underWay.start(page);
      }
      await underWay.settle();
      underWay.throwIfFailed();
      return this.proved(walked.end);
    } catch (error) {
      await underWay.settle();
      control.throwIfStopped();
      return control.cancelled
        ? this.broken('cancelled', CANCELLED_REASON)
        : this.broken('failed', this.tools.inWords(error));
    } finally {
      await marks.close();
    }
  }

  /** Portal pages are gone on with under their token; whatever comes in one body is begun again under a new one. */
  private async begin(): Promise<void> {
    const resumable = this.tools.protocol === 'stalker' && this.run.attempt > 0 && this.prefix.ordinal > 0;
    await (resumable ? this.tools.journal.goOn(this.run) : this.beginAfresh());
  }

  private async beginAfresh(): Promise<void> {
    if (this.run.attempt > 0) this.tools.feed.window.forget(this.run.runToken);
    await this.tools.journal.beginAfresh(this.tools.providerId, this.run);
    this.prefix = new AckedPrefix(0, 0);
  }

  private async publish(page: FetchedPage, marks: MarksSaver): Promise<void> {
    await this.tools.publisher.page(this.tools.providerId, this.run, page, this.tools.control.fetchSignal);
    this.prefix.acked(page.ordinal, itemRowsOf(page));
    marks.acked();
  }

  /** The client's own word on how it ended, unless pages are missing in the stream. */
  private proved(end: ScopeEnd | undefined): ScopeFetchEnd {
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
      ...(reason === undefined ? {} : { reason }),
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
        expectedPages: run.expectedPages ?? 0,
        outcome,
        itemRows: run.itemRows,
        categoriesComplete: run.categoriesComplete,
        removalConfirmations: tools.removalConfirmations,
        ...(run.reason == null ? {} : { reason: run.reason }),
        ...(run.declaredTotal == null ? {} : { declaredTotal: run.declaredTotal }),
      },
      tools.control.stopSignal,
    );
    await tools.journal.markAnnounced(run);
    return outcome;
  }
}

/** The pages as they come; what the walk says at its end is kept in `walked`. Leaving early closes the walk. */
async function* keepingEnd(
  pages: AsyncGenerator<FetchedPage, ScopeEnd>,
  walked: { end?: ScopeEnd },
): AsyncGenerator<FetchedPage, void> {
  walked.end = yield* pages;
}
