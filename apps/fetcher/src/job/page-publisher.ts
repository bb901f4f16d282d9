import { setTimeout as delay } from 'node:timers/promises';
import {
  PAGE_HEADER,
  PAGE_MESSAGE_TYPE,
  isCategoryRowType,
  subjects,
  type JobFetched,
  type JobId,
  type ProviderId,
  type ScopeFetched,
} from '@catalogue-sync/contracts';
import type { MessagePublisher } from '@catalogue-sync/messaging';
import { faultPoint } from '@catalogue-sync/observability';
import type { FetchedPage } from '@catalogue-sync/providers';
import type { ScopeRun } from './scope-run.entity.js';

type OutboundMessage = Parameters<MessagePublisher['publish']>[0];

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Puts what was fetched into the work queue. The queue refuses what it has no room for, and the server may be away for a while: both are
 * waited out, until `signal` says otherwise. Message ids are fixed by what a message says, so that repeating one changes nothing.
 */
export class PagePublisher {
  constructor(
    private readonly publisher: Pick<MessagePublisher, 'publish'>,
    private readonly log: (line: string) => void,
  ) {}

  /** `scopeRows`: item rows of the whole scope, where that is known by now. */
  async page(
    providerId: ProviderId,
    run: ScopeRun,
    page: FetchedPage,
    scopeRows: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    await faultPoint('fetcher.page.before-publish');
    await this.publish(
      {
        subject: subjects.page(providerId, run.scope),
        type: PAGE_MESSAGE_TYPE.pageFetched,
        messageId: `${providerId}:${run.runToken}:${page.ordinal}`,
        providerId,
        jobId: run.jobId,
        headers: {
          [PAGE_HEADER.scope]: run.scope,
          [PAGE_HEADER.runToken]: String(run.runToken),
          [PAGE_HEADER.ordinal]: String(page.ordinal),
          [PAGE_HEADER.rowType]: page.rowType,
          [PAGE_HEADER.rowCount]: String(page.rowCount),
          [PAGE_HEADER.mode]: run.mode,
          ...(scopeRows === undefined ? {} : { [PAGE_HEADER.scopeRows]: String(scopeRows) }),
        },
        body: page.rows,
      },
      signal,
    );
    await faultPoint('fetcher.page.after-publish');
  }

  async scopeFetched(providerId: ProviderId, body: ScopeFetched, signal: AbortSignal): Promise<void> {
    await this.publish(
      {
        subject: subjects.page(providerId, body.scope),
        type: PAGE_MESSAGE_TYPE.scopeFetched,
        messageId: `${providerId}:${body.runToken}:end`,
        providerId,
        jobId: body.jobId,
        body: JSON.stringify(body),
      },
      signal,
    );
  }

  async jobFetched(providerId: ProviderId, body: JobFetched, signal: AbortSignal): Promise<void> {
    await this.publish(
      {
        subject: subjects.page(providerId, 'job'),
        type: PAGE_MESSAGE_TYPE.jobFetched,
        messageId: jobEndMessageId(body.jobId),
        providerId,
        jobId: body.jobId,
        body: JSON.stringify(body),
      },
      signal,
    );
  }

  private async publish(message: OutboundMessage, signal: AbortSignal): Promise<void> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      signal.throwIfAborted();
      try {
        await unlessAborted(this.publisher.publish(message), signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        this.log(
          `${message.subject}: not taken (${error instanceof Error ? error.message : 'refused'}); trying again in ${wait} ms`,
        );
        await delay(wait, undefined, { signal });
      }
    }
  }
}

export function jobEndMessageId(jobId: JobId): string {
  return `${jobId}:end`;
}

/** Item rows of a page; a page of categories has none. */
export function itemRowsOf(page: FetchedPage): number {
  return isCategoryRowType(page.rowType) ? 0 : page.rowCount;
}

/** The task, or the signal's reason when that comes first: the publisher itself tries for half a minute. */
async function unlessAborted(task: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([task, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
