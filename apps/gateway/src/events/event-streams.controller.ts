import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EventStreamQuery, ProviderParams } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { invalidField } from '../problem/problem-error.js';
import { Produces } from '../security/accept.guard.js';
import { SECURITY_HEADERS } from '../security/browser-protection.js';
import { RequiresScope } from '../security/requires-scope.js';
import { EventStreams, STREAM_PAGE } from './event-streams.js';
import { ReadableLog } from './readable-log.js';

const MEDIA_TYPE = 'text/event-stream';

@ApiTags('events')
@RequiresScope('read')
@Controller('api/providers/:id/events/stream')
export class EventStreamsController {
  constructor(
    private readonly log: ReadableLog,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Produces(MEDIA_TYPE)
  @ApiOperation({
    operationId: 'streamEvents',
    summary: "Follow a provider's event log",
    description:
      'Server-sent events, without a gap: `id` is the sequence number, `data` the event as pages of the log have it. A reader that comes again with `Last-Event-ID` goes on behind it.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Goes before `after`.' })
  @ApiOkResponse({ description: 'The stream.', content: { [MEDIA_TYPE]: { schema: { type: 'string' } } } })
  @ApiProblems({
    400: 'A field is not valid: see errors.',
    404: 'There is no such provider.',
    410: 'Events after this point were trimmed, or the log does not reach it, as after a restored backup: load a snapshot and go on from its asOfSeq.',
    503: 'A service does not answer, or too many streams are open: see Retry-After.',
  })
  async stream(
    @Param() { id }: ProviderParams,
    @Query() query: EventStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const after = lastEventId === undefined ? query.after : readEventId(lastEventId);
    this.streams.assertRoom();
    const first = await this.log.page(id, after, STREAM_PAGE);
    // Other than an answer that is handed to Fastify, a stream passes none of its hooks.
    reply.hijack();
    reply.raw.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': MEDIA_TYPE,
      'cache-control': 'no-store',
      'x-request-id': String(request.id),
      // Told to proxies that would gather the stream before they pass it on.
      'x-accel-buffering': 'no',
    });
    if (request.method === 'HEAD') reply.raw.end();
    else await this.streams.serve(id, after, first, reply.raw);
  }
}

function readEventId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidField('Last-Event-ID', 'Give the id of an event: a whole number from 0.');
}
