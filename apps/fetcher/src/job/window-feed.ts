import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import {
  REQUEST,
  STREAM,
  subjects,
  type JobId,
  type PageReconciledHint,
  type ProviderId,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { PublishWindow } from './publish-window.js';

/** How long a full window may stand still before the truth is asked, ms. */
const ASK_AFTER_MS = 1_000;
/** How long it may stand still before the queue itself is looked at, in asks: pages that were parked are never reconciled. */
const LOOK_AFTER_ASKS = 5;
const ASK_TIMEOUT_MS = 2_000;

/** Opens the window of a job, and tells whoever takes its pages in that they are coming. */
export class WindowFeeds {
  constructor(
    private readonly connection: NatsConnection,
    private readonly requests: Pick<RequestClient, 'send'>,
  ) {}

  open(providerId: ProviderId, jobId: JobId): WindowFeed {
    this.connection.publish(subjects.pagesComingHint(providerId));
    return new WindowFeed(this.connection, this.requests, providerId, jobId);
  }
}

/** A job's publish window, moved by hints and, when they are missing, by what the reconciler says when asked. */
export class WindowFeed {
  readonly window = new PublishWindow();
  private readonly hints: Subscription;

  constructor(
    private readonly connection: NatsConnection,
    private readonly requests: Pick<RequestClient, 'send'>,
    private readonly providerId: ProviderId,
    private readonly jobId: JobId,
  ) {
    this.hints = connection.subscribe(subjects.pageReconciledHint(providerId), {
      callback: (error, message) => {
        if (error) return;
        const hint = readHint(() => message.json<PageReconciledHint>());
        if (hint?.jobId === jobId) this.window.reconciled(hint.runToken, hint.pages, hint.changed);
      },
    });
  }

  /** Resolves when a page may be published. Throws when `signal` is aborted first. */
  async room(signal: AbortSignal): Promise<void> {
    for (let asks = 1; !(await this.window.room(ASK_AFTER_MS, signal)); asks += 1) {
      signal.throwIfAborted();
      await this.askReconciler();
      if (this.window.full && asks % LOOK_AFTER_ASKS === 0 && (await this.queueIsEmpty())) {
        this.window.drained();
      }
    }
    signal.throwIfAborted();
  }

  /**
   * How many rows of the run's pages 1 to `pages` were new or differed, once the reconciler has taken them in. Throws when `signal` is
   * aborted first.
   */
  async changesIn(runToken: number, pages: number, signal: AbortSignal): Promise<number> {
    for (let asks = 1; !(await this.window.takenIn(runToken, pages, ASK_AFTER_MS, signal)); asks += 1) {
      signal.throwIfAborted();
      await this.askReconciler();
      // Pages that the queue has lost are never judged: what stood in them counts as changed.
      const overdue = asks % LOOK_AFTER_ASKS === 0 && !this.window.hasTakenIn(runToken, pages);
      if (overdue && (await this.queueIsEmpty())) return Number.MAX_SAFE_INTEGER;
    }
    return this.window.changed(runToken);
  }

  /** Brings the window up to what the reconciler has taken in. When it cannot be asked, the window stays as it is. */
  async askReconciler(): Promise<void> {
    const request = { providerId: this.providerId, jobId: this.jobId };
    try {
      const sweep = await this.requests.send(REQUEST.getSweep, request, { timeoutMs: ASK_TIMEOUT_MS });
      for (const scope of sweep.scopes) {
        const pages = scope.closed ? Number.MAX_SAFE_INTEGER : scope.pages;
        this.window.reconciled(scope.runToken, pages, scope.changed);
      }
    } catch {
      // The reconciler is away: it is asked again as long as the window stands still.
    }
  }

  close(): void {
    this.hints.unsubscribe();
  }

  private async queueIsEmpty(): Promise<boolean> {
    try {
      return (await pagesWaiting(this.connection, this.providerId)) === 0;
    } catch {
      // The next look comes soon.
      return false;
    }
  }
}

/** Messages of a provider that stand in the work queue. */
export async function pagesWaiting(connection: NatsConnection, providerId: ProviderId): Promise<number> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const info = await manager.streams.info(STREAM.pages, { subjects_filter: subjects.pagesOf(providerId) });
  return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

function readHint(read: () => PageReconciledHint): PageReconciledHint | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
