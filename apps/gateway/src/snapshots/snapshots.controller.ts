import { Controller, Get, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ProviderParams, SnapshotListDto, SnapshotQuery } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';
import { KeptVersions } from './kept-versions.js';
import { WholeDocumentAnswers } from './whole-document-answers.js';

@ApiTags('snapshots')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider, or no such version.',
  503: 'The database does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id')
export class SnapshotsController {
  constructor(
    private readonly versions: KeptVersions,
    private readonly documents: WholeDocumentAnswers,
  ) {}

  @Get('snapshots')
  @ApiOperation({ operationId: 'listSnapshots', summary: 'The kept versions, newest first' })
  @ApiOkResponse({ type: SnapshotListDto })
  async list(@Param() { id }: ProviderParams): Promise<SnapshotListDto> {
    return { snapshots: (await this.versions.list(id)).map((version) => version.view()) };
  }

  @Get('snapshot')
  @ApiOperation({
    operationId: 'getSnapshot',
    summary: 'The whole catalogue',
    description:
      'The current version, or the pinned one, or a kept one. It names `asOfSeq`: read the events after it to stay current. A pinned one says `pinned`, has no position, and comes with the header `snapshot-pinned: true`: ask again instead of tailing. Sent as gzip when accepted. The schema is described in the documentation of the snapshot format.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the answer before.' })
  @ApiOkResponse({
    description: 'The document.',
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
    headers: { ETag: { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 304, description: 'The document is still the one that If-None-Match names.' })
  @ApiProblems({ 406: 'Accept-Encoding refuses both gzip and identity.' })
  document(
    @Param() { id }: ProviderParams,
    @Query() { version }: SnapshotQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.documents.answer(request, reply, id, version);
  }
}
