import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LivePatchDto, LiveStateDto } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { Produces } from '../security/accept.guard.js';
import { SECURITY_HEADERS } from '../security/browser-protection.js';
import { RequiresScope } from '../security/requires-scope.js';
import { LiveState } from './live-state.js';
import { LiveStreams } from './live-streams.js';

const MEDIA_TYPE = 'text/event-stream';

@ApiTags('live')
@ApiExtraModels(LiveStateDto, LivePatchDto)
@RequiresScope('read')
@Controller('api/stream')
export class LiveController {
  constructor(
    private readonly state: LiveState,
    private readonly streams: LiveStreams,
  ) {}

  @Get()
  @Produces(MEDIA_TYPE)
  @ApiOperation({
    operationId: 'streamState',
    summary: 'Follow the state and the progress of all providers',
    description:
      'Server-sent events. The first frame (`state`, a LiveStateDto) is the whole state, each later one (`patch`, a LivePatchDto) what changed. `id` is the revision. A reader that comes again, to whatever replica, gets the whole state.',
  })
  @ApiOkResponse({ description: 'The stream.', content: { [MEDIA_TYPE]: { schema: { type: 'string' } } } })
  @ApiProblems({ 503: 'A service does not answer, or too many streams are open: see Retry-After.' })
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.streams.assertRoom();
    // Before the head, so that a service that is away is told by a status.
    await this.state.refresh();
    reply.hijack();
    reply.raw.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': MEDIA_TYPE,
      'cache-control': 'no-store',
      'x-request-id': String(request.id),
      // Told to proxies that would gather the stream before they pass it on.
      'x-accel-buffering': 'no',
    });
    if (request.method === 'HEAD') {
      reply.raw.end();
      return;
    }
    const reader = this.streams.accept(reply.raw);
    if (reader !== undefined) this.state.follow(reader, reader.signal);
  }
}
