import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CatalogueSyncError, ERROR_CODE, REQUEST } from '@catalogue-sync/contracts';
import { EventPageDto, EventsQuery, ProviderParams } from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { ApiProblems } from '../openapi/problem-answers.js';
import { EventLogStore } from './event-log.store.js';
import { eventPageText } from './event-page-text.js';

/** Bytes of bodies after which a page ends. */
const MAX_PAGE_BYTES = 4_000_000;

@ApiTags('events')
@Controller('api/providers/:id/events')
export class EventsController {
  constructor(
    private readonly log: EventLogStore,
    private readonly services: RequestClient,
  ) {}

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'readEvents',
    summary: "Read a provider's event log in order",
    description:
      'Start after the `asOfSeq` of a snapshot, go on with `nextAfter`; an empty page means that all is read. A page may hold fewer events than the limit when they are large.',
  })
  @ApiOkResponse({ type: EventPageDto })
  @ApiProblems({
    400: 'A field is not valid: see errors.',
    404: 'There is no such provider.',
    410: 'Events after this point were trimmed: load a snapshot and go on from its asOfSeq.',
    503: 'A service does not answer: see Retry-After.',
  })
  async read(@Param() { id }: ProviderParams, @Query() { after, limit }: EventsQuery): Promise<string> {
    const page = await this.log.page(id, after, limit, MAX_PAGE_BYTES);
    if (page === undefined) {
      // Known, but never synced: an empty log. Unknown: the service says so.
      await this.services.send(REQUEST.getProvider, { providerId: id });
      return eventPageText({ head: 0, firstSeq: 1, deleted: false, events: [] }, after);
    }
    if (page.deleted)
      throw new CatalogueSyncError(ERROR_CODE.providerNotFound, `Provider ${id} was deleted.`);
    if (after + 1 < page.firstSeq)
      throw new CatalogueSyncError(
        ERROR_CODE.eventsTrimmed,
        `Events before ${page.firstSeq} were trimmed. Load a snapshot and read the events after its asOfSeq.`,
      );
    return eventPageText(page, after);
  }
}
