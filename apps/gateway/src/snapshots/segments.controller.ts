import { Controller, Get, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { ProviderId } from '@catalogue-sync/contracts';
import {
  ManifestQuery,
  ProviderParams,
  SegmentParams,
  SnapshotManifestDto,
  type SnapshotSegmentDto,
} from '@catalogue-sync/contracts/rest';
import { kindOfSection } from '@catalogue-sync/snapshot-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { invalidField, ProblemError } from '../problem/problem-error.js';
import { RequiresScope } from '../security/requires-scope.js';
import { answerBody, answerUnchanged, codingOf, IMMUTABLE, REVALIDATED } from './document-answer.js';
import { KeptVersions } from './kept-versions.js';
import { decodeManifestCursor, encodeManifestCursor } from './manifest-cursor.js';
import { ManifestStore, type ManifestEntry, type ManifestPlace } from './manifest.store.js';
import { prunedVersion } from './pruned-version.js';
import { SnapshotStore } from './snapshot.store.js';
import type { SnapshotVersion } from './snapshot-version.js';

/** Lets clients and caches take a version piece by piece: what they have of an older one they need not load again. */
@ApiTags('snapshots')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  503: 'The database does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id')
export class SegmentsController {
  constructor(
    private readonly store: SnapshotStore,
    private readonly versions: KeptVersions,
    private readonly manifests: ManifestStore,
  ) {}

  @Get('snapshot/manifest')
  @ApiOperation({
    operationId: 'getSnapshotManifest',
    summary: 'What a version is made of',
    description:
      'The segments of the current version, or of a kept one, in document order. A segment is named by the hash of its content: load those that you do not have. Further pages stay with the version that the first one was of.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the answer before.' })
  @ApiOkResponse({ type: SnapshotManifestDto, headers: { ETag: { schema: { type: 'string' } } } })
  @ApiResponse({ status: 304, description: 'The page is still the one that If-None-Match names.' })
  @ApiProblems({
    404: 'There is no such provider, or no such version.',
    410: 'The version of the cursor is not kept any more: begin again.',
  })
  async manifest(
    @Param() { id }: ProviderParams,
    @Query() query: ManifestQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const { version, after } = await this.placeOf(id, query);
    // `current` stands in it and moves with the next version, so even an older one asks again.
    const tag = `${version.key}-${version.current ? 'current' : 'older'}-manifest`;
    const representation = { tag, cacheControl: REVALIDATED, pinned: version.pinned };
    if (answerUnchanged(request, reply, representation, 'identity')) return undefined;
    const entries = await this.manifests.page(id, version.version, after, query.limit);
    const page = manifestPage(version, entries, query.limit);
    return answerBody(reply, representation, 'identity', Buffer.from(JSON.stringify(page)));
  }

  @Get('segments/:hash')
  @ApiOperation({
    operationId: 'getSnapshotSegment',
    summary: 'One segment of a snapshot',
    description:
      'A JSON array of items, categories or item ids. It never changes, for its name is the SHA-256 of the text between its brackets. It is there as long as a kept version has it.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the answer before.' })
  @ApiOkResponse({
    description: 'The segment.',
    content: { 'application/json': { schema: { type: 'array', items: {} } } },
    headers: { ETag: { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 304, description: 'If-None-Match names the segment.' })
  @ApiProblems({
    404: 'No kept version has this segment: read the manifest again.',
    406: 'Accept-Encoding refuses both gzip and identity.',
  })
  async segment(
    @Param() { id, hash }: SegmentParams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const coding = codingOf(request);
    const body = await this.manifests.segment(id, hash);
    if (body === undefined)
      throw new ProblemError(
        'segment-not-found',
        `No kept version has the segment ${hash}. Read the manifest again: /api/providers/${id}/snapshot/manifest.`,
      );
    const representation = { tag: hash, cacheControl: IMMUTABLE };
    if (answerUnchanged(request, reply, representation, coding)) return undefined;
    return answerBody(reply, representation, coding, coding === 'gzip' ? body.gzip() : body.plain());
  }

  private async placeOf(
    id: ProviderId,
    query: ManifestQuery,
  ): Promise<{ version: SnapshotVersion; after: ManifestPlace | undefined }> {
    if (query.cursor === undefined)
      return { version: await this.versions.get(id, query.version), after: undefined };
    const cursor = decodeManifestCursor(query.cursor);
    if (query.version !== undefined && query.version !== cursor.version)
      throw invalidField('version', 'The cursor is of another version: leave the version out.');
    const version = await this.store.find(id, cursor.version);
    if (version === undefined) throw prunedVersion(id, cursor.version);
    return { version, after: cursor.after };
  }
}

function manifestPage(
  version: SnapshotVersion,
  entries: readonly ManifestEntry[],
  limit: number,
): SnapshotManifestDto {
  const last = entries.at(-1);
  return {
    snapshot: version.view(),
    segments: entries.map(segmentView),
    ...(last === undefined || entries.length < limit
      ? {}
      : { nextCursor: encodeManifestCursor({ version: version.version, after: last.place }) }),
  };
}

function segmentView(entry: ManifestEntry): SnapshotSegmentDto {
  const [, category, part] = entry.place;
  const kind = kindOfSection(entry.section);
  return {
    hash: entry.hash,
    section: entry.section,
    ...(kind === undefined ? {} : { kind }),
    ...(category === '' ? {} : { category }),
    part,
    items: entry.itemCount,
    compressedBytes: entry.gzipBytes,
    plainBytes: entry.plainBytes,
  };
}
