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

/** Opens the window of a job. */
export class WindowFeeds {
  constructor(
    private readonly connection: NatsConnection,
    private readonly requests: Pick<RequestClient, 'send'>,
  ) {}

  open(providerId: ProviderId, jobId: JobId): WindowFeed {
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
        if (hint?.jobId === jobId) this.window.reconciled(hint.runToken, hint.pages);
      },
    });
  }

  /** Resolves when a page may be published. Throws when `signal` is aborted first. */
  async room(signal: AbortSignal): Promise<void> {
    for (let asks = 1; !(await this.window.room(ASK_AFTER_MS, signal)); asks += 1) {
      signal.throwIfAborted();
      await this.askReconciler();
      if (this.window.full && asks % LOOK_AFTER_ASKS === 0) await this.lookAtQueue();
    }
    signal.throwIfAborted();
  }

  /** Brings the window up to what the reconciler has taken in. When it cannot be asked, the window stays as it is. */
  async askReconciler(): Promise<void> {
    const request = { providerId: this.providerId, jobId: this.jobId };
    try {
      const sweep = await this.requests.send(REQUEST.getSweep, request, { timeoutMs: ASK_TIMEOUT_MS });
      for (const scope of sweep.scopes) {
        this.window.reconciled(scope.runToken, scope.closed ? Number.MAX_SAFE_INTEGER : scope.pages);
      }
    } catch {
      // The reconciler is away: it is asked again as long as the window stands still.
    }
  }

  close(): void {
    this.hints.unsubscribe();
  }

  private async lookAtQueue(): Promise<void> {
    try {
      if ((await pagesWaiting(this.connection, this.providerId)) === 0) this.window.drained();
    } catch {
      // The next look comes soon.
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
