import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Controller, Get, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CatalogueSyncError, ERROR_CODE, REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import { ProviderParams, SnapshotListDto, SnapshotQuery } from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag, pickCoding, type ContentCoding } from '../http/content-negotiation.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { ProblemError } from '../problem/problem-error.js';
import { DocumentCache } from './document-cache.js';
import { SnapshotStore } from './snapshot.store.js';
import type { SnapshotVersion } from './snapshot-version.js';

@ApiTags('snapshots')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider, or no such version.',
  503: 'The database does not answer: see Retry-After.',
})
@Controller('api/providers/:id')
export class SnapshotsController {
  constructor(
    private readonly store: SnapshotStore,
    private readonly documents: DocumentCache,
    private readonly services: RequestClient,
  ) {}

  @Get('snapshots')
  @ApiOperation({ operationId: 'listSnapshots', summary: 'The kept versions, newest first' })
  @ApiOkResponse({ type: SnapshotListDto })
  async list(@Param() { id }: ProviderParams): Promise<SnapshotListDto> {
    const versions = await this.store.versions(id);
    if (versions.length === 0) await this.assertProvider(id);
    return { snapshots: versions.map((version) => version.view()) };
  }

  @Get('snapshot')
  @ApiOperation({
    operationId: 'getSnapshot',
    summary: 'The whole catalogue',
    description:
      'The current version, or a kept one. It names `asOfSeq`: read the events after it to stay current. Sent as gzip when accepted. The schema is described in the documentation of the snapshot format.',
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
    const coding = pickCoding(request.headers['accept-encoding']);
    if (coding === undefined)
      throw new ProblemError('not-acceptable', 'The snapshot comes as gzip or identity: accept one of them.');
    const found = await this.store.find(id, version);
    if (found === undefined) throw await this.notFound(id, version);
    if (matchesETag(request.headers['if-none-match'], found.etag(coding))) {
      void setCacheHeaders(reply, found, coding).status(304);
      return undefined;
    }
    if (request.method === 'HEAD') return this.answer(reply, found, coding, Readable.from([]));
    const opened = await this.documents.open(found);
    return this.answer(reply, opened.version, coding, coding === 'gzip' ? opened.gzip : inflate(opened.gzip));
  }

  private answer(
    reply: FastifyReply,
    version: SnapshotVersion,
    coding: ContentCoding,
    body: Readable,
  ): StreamableFile {
    void setCacheHeaders(reply, version, coding);
    if (coding === 'gzip') void reply.header('content-encoding', 'gzip');
    return new StreamableFile(body, {
      type: 'application/json; charset=utf-8',
      length: version.bytes(coding),
    });
  }

  private async notFound(id: ProviderId, version: number | undefined): Promise<CatalogueSyncError> {
    const kept = (await this.store.versions(id)).map((found) => found.version);
    if (kept.length === 0) await this.assertProvider(id);
    return new CatalogueSyncError(
      ERROR_CODE.snapshotNotFound,
      kept.length === 0 || version === undefined
        ? 'There is no snapshot yet: start a sync, and ask again when it has ended.'
        : `Version ${version} is not kept. Kept are ${kept.join(', ')}.`,
    );
  }

  /** Throws `provider-not-found` unless the provider exists. */
  private async assertProvider(id: ProviderId): Promise<void> {
    if (await this.store.isDeleted(id))
      throw new CatalogueSyncError(ERROR_CODE.providerNotFound, `Provider ${id} was deleted.`);
    await this.services.send(REQUEST.getProvider, { providerId: id });
  }
}

function setCacheHeaders(reply: FastifyReply, version: SnapshotVersion, coding: ContentCoding): FastifyReply {
  return reply.headers({
    etag: version.etag(coding),
    vary: 'Accept-Encoding',
    // May be kept, but is asked for again each time: a confirmation changes the document's head.
    'cache-control': 'private, no-cache',
  });
}

/** The plain form. Destroying it destroys the gzip stream. */
function inflate(gzip: Readable): Readable {
  // An error reaches the reader of the returned stream; nothing is left to do here.
  return pipeline(gzip, createGunzip({ chunkSize: 128 * 1024 }), () => undefined);
}
