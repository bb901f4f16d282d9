import { Controller, Get, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ProviderParams, SnapshotListDto, SnapshotQuery } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';
import {
  answerGzip,
  answerHead,
  answerUnchanged,
  codingOf,
  FINAL,
  REVALIDATED,
  type Representation,
} from './document-answer.js';
import { DocumentCache } from './document-cache.js';
import { KeptVersions } from './kept-versions.js';
import type { SnapshotVersion } from './snapshot-version.js';
import { WholeDocument } from './whole-document.js';

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
    private readonly database: ReadOnlyDatabase,
    private readonly versions: KeptVersions,
    private readonly documents: DocumentCache,
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
  async document(
    @Param() { id }: ProviderParams,
    @Query() { version }: SnapshotQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const coding = codingOf(request);
    const found = await this.versions.get(id, version);
    if (answerUnchanged(request, reply, wholeOf(found, version), coding)) return undefined;
    if (request.method === 'HEAD')
      return answerHead(reply, wholeOf(found, version), coding, found.bytes(coding));
    const { document, gzip } = await this.documents.open(new WholeDocument(this.database, found));
    const read = document.version;
    return answerGzip(reply, wholeOf(read, version), coding, gzip, read.bytes(coding));
  }
}

/** The heads of the current version and of a pinned one move; that of another that is asked for by its number does not. */
function wholeOf(version: SnapshotVersion, asked: number | undefined): Representation {
  const isFinal = asked !== undefined && !version.current && !version.pinned;
  return { tag: version.key, cacheControl: isFinal ? FINAL : REVALIDATED, pinned: version.pinned };
}
