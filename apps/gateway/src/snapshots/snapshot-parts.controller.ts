import { Controller, Get, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ITEM_KINDS, type ProviderId } from '@catalogue-sync/contracts';
import {
  CategoryDocumentQuery,
  CategoryParams,
  ChangesQuery,
  ProviderParams,
  SnapshotCategoryDto,
  SnapshotChangesDto,
} from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { invalidField } from '../problem/problem-error.js';
import { RequiresScope } from '../security/requires-scope.js';
import { CategoryDocument } from './category-document.js';
import { ChangesDocument } from './changes-document.js';
import { answerGzip, answerHead, answerUnchanged, codingOf, FINAL, REVALIDATED } from './document-answer.js';
import { DocumentCache, type CacheableDocument } from './document-cache.js';
import { KeptVersions } from './kept-versions.js';
import { prunedVersion } from './pruned-version.js';
import type { SnapshotVersion } from './snapshot-version.js';

/** Documents that are less than a whole version: one category, or what changed since another version. */
@ApiTags('snapshots')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  406: 'Accept-Encoding refuses both gzip and identity.',
  503: 'The database does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id/snapshot')
export class SnapshotPartsController {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly versions: KeptVersions,
    private readonly documents: DocumentCache,
  ) {}

  @Get('categories/:categoryId')
  @ApiOperation({
    operationId: 'getSnapshotCategory',
    summary: 'One category of a version',
    description:
      'Whole items where the category is their first one; the ids of all that are in it stand in `movieIds`, `seriesIds` and `channelIds`. `none` holds the items without a category.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the answer before.' })
  @ApiOkResponse({ type: SnapshotCategoryDto, headers: { ETag: { schema: { type: 'string' } } } })
  @ApiResponse({ status: 304, description: 'The document is still the one that If-None-Match names.' })
  @ApiProblems({
    404: 'There is no such provider, version or category.',
    410: 'The version has just been pruned.',
  })
  async category(
    @Param() { id, categoryId }: CategoryParams,
    @Query() { version, kind }: CategoryDocumentQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const found = await this.versions.get(id, version);
    const kinds = kind === undefined ? ITEM_KINDS : [kind];
    const document = new CategoryDocument(this.database, found, categoryId, kinds);
    const tag = `${found.contentKey}-category`;
    return this.answer(request, reply, document, tag, found, version !== undefined);
  }

  @Get('changes')
  @ApiOperation({
    operationId: 'getSnapshotChanges',
    summary: 'What makes one version of another',
    description:
      'Put `added` and `updated` in the place of what has the same id, take away what `removed` names, and version `from` has become version `to`. Then go on with the events after `asOfSeq`.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the answer before.' })
  @ApiOkResponse({ type: SnapshotChangesDto, headers: { ETag: { schema: { type: 'string' } } } })
  @ApiResponse({ status: 304, description: 'The document is still the one that If-None-Match names.' })
  @ApiProblems({
    404: 'There is no such provider, or such a version never was.',
    410: 'The version is not kept any more: load the current snapshot.',
  })
  async changes(
    @Param() { id }: ProviderParams,
    @Query() query: ChangesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const [from, to] = await this.versionsOf(id, query);
    const document = new ChangesDocument(this.database, from, to);
    return this.answer(request, reply, document, document.key, to, query.to !== undefined);
  }

  /** What is said of a version by its number is final; which one is current or pinned is not. */
  private async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    document: CacheableDocument,
    tag: string,
    { pinned }: SnapshotVersion,
    isNumbered: boolean,
  ): Promise<StreamableFile | undefined> {
    const coding = codingOf(request);
    const representation = { tag, cacheControl: isNumbered && !pinned ? FINAL : REVALIDATED, pinned };
    if (answerUnchanged(request, reply, representation, coding)) return undefined;
    const { gzip } = await this.documents.open(document);
    if (request.method === 'HEAD') {
      gzip.destroy();
      return answerHead(reply, representation, coding);
    }
    return answerGzip(reply, representation, coding, gzip);
  }

  private async versionsOf(
    id: ProviderId,
    query: ChangesQuery,
  ): Promise<[from: SnapshotVersion, to: SnapshotVersion]> {
    const kept = await this.versions.list(id);
    // Numbers are given in order: one below the newest was kept once, also one between a pinned version and those that are kept anyway.
    const newest = kept[0]?.version ?? 0;
    const find = async (wanted: number): Promise<SnapshotVersion> => {
      const found = kept.find(({ version }) => version === wanted);
      if (found === undefined && wanted < newest) throw prunedVersion(id, wanted);
      return found ?? this.versions.get(id, wanted);
    };
    const [from, to] = [
      await find(query.from),
      query.to === undefined ? await this.versions.get(id) : await find(query.to),
    ];
    if (from.version > to.version)
      throw invalidField(
        'from',
        to.pinned
          ? `Version ${to.version} is pinned in the place of newer ones, and changes lead forward only: load the snapshot.`
          : 'Give the older version here: changes lead forward only.',
      );
    return [from, to];
  }
}
