import { Injectable } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE, REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import { RequestClient } from '@catalogue-sync/messaging';
import { EventLogStore, type EventFilter, type EventLogPage, type PageLimits } from './event-log.store.js';

/** The event log as clients may read it. */
@Injectable()
export class ReadableLog {
  constructor(
    private readonly log: EventLogStore,
    private readonly services: RequestClient,
  ) {}

  /**
   * Throws `provider-not-found`, and `events-trimmed` when events between `after` and the page are gone, or when the log does not reach as far as `after`:
   * it is an older one then, as after a restored backup, and what follows in it is not what the reader lacks.
   */
  async page(
    provider: ProviderId,
    after: number,
    limits: PageLimits,
    filter: EventFilter = {},
  ): Promise<EventLogPage> {
    const page = await this.log.page(provider, after, limits, filter);
    if (page === undefined) {
      // Known, but never synced: an empty log. Unknown: the service says so.
      await this.services.send(REQUEST.getProvider, { providerId: provider });
      assertReaches(0, after);
      return { head: 0, firstSeq: 1, deleted: false, events: [], nextAfter: after };
    }
    if (page.deleted)
      throw new CatalogueSyncError(ERROR_CODE.providerNotFound, `Provider ${provider} was deleted.`);
    if (after + 1 < page.firstSeq)
      throw new CatalogueSyncError(
        ERROR_CODE.eventsTrimmed,
        `Events before ${page.firstSeq} were trimmed. Load a snapshot and read the events after its asOfSeq.`,
      );
    assertReaches(page.head, after);
    return page;
  }
}

function assertReaches(head: number, after: number): void {
  if (after > head)
    throw new CatalogueSyncError(
      ERROR_CODE.eventsTrimmed,
      `The log ends at ${head}, and you have read up to ${after}: it is not the log that you read, as after a backup was restored. Load a snapshot and read the events after its asOfSeq.`,
    );
}
