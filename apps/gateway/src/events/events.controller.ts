import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EventPageDto, EventsQuery, ProviderParams } from '@catalogue-sync/contracts/rest';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';
import { eventPageText } from './event-page-text.js';
import { ReadableLog } from './readable-log.js';

/** Bytes of bodies after which a page ends. */
const MAX_PAGE_BYTES = 4_000_000;

@ApiTags('events')
@RequiresScope('read')
@Controller('api/providers/:id/events')
export class EventsController {
  constructor(private readonly log: ReadableLog) {}

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'readEvents',
    summary: "Read a provider's event log in order",
    description:
      'Start after the `asOfSeq` of a snapshot, go on with `nextAfter`; when it equals `head`, all is read. A page may hold fewer events than the limit when they are large, and none at all when a filter finds none among those that it looked through.',
  })
  @ApiOkResponse({ type: EventPageDto })
  @ApiProblems({
    400: 'A field is not valid: see errors.',
    404: 'There is no such provider.',
    410: 'Events after this point were trimmed, or the log does not reach it, as after a restored backup: load a snapshot and go on from its asOfSeq.',
    503: 'A service does not answer: see Retry-After.',
  })
  async read(@Param() { id }: ProviderParams, @Query() query: EventsQuery): Promise<string> {
    const { after, limit, type, kind } = query;
    const limits = { events: limit, bytes: MAX_PAGE_BYTES };
    return eventPageText(await this.log.page(id, after, limits, { type, kind }));
  }
}
