import { Controller, Get, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CategoryListDto, ProviderParams, SnapshotQuery } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';
import { answerBody, answerUnchanged, FINAL, REVALIDATED } from '../snapshots/document-answer.js';
import { KeptVersions } from '../snapshots/kept-versions.js';
import { CategoryListStore } from './category-list.store.js';

@ApiTags('items')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider, or no such version.',
  503: 'The database does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id/categories')
export class CategoriesController {
  constructor(
    private readonly versions: KeptVersions,
    private readonly categories: CategoryListStore,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listCategories',
    summary: 'The categories of a version, with how many items of each kind they have',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the answer before.' })
  @ApiOkResponse({ type: CategoryListDto, headers: { ETag: { schema: { type: 'string' } } } })
  @ApiResponse({ status: 304, description: 'The list is still the one that If-None-Match names.' })
  @ApiProblems({ 410: 'The version has just been pruned.' })
  async list(
    @Param() { id }: ProviderParams,
    @Query() { version }: SnapshotQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const found = await this.versions.get(id, version);
    const representation = {
      tag: `${found.contentKey}-categories`,
      cacheControl: version === undefined || found.pinned ? REVALIDATED : FINAL,
      pinned: found.pinned,
    };
    if (answerUnchanged(request, reply, representation, 'identity')) return undefined;
    const list: CategoryListDto = {
      snapshotVersion: found.version,
      asOfSeq: found.head.asOfSeq,
      categories: await this.categories.read(found),
    };
    return answerBody(reply, representation, 'identity', Buffer.from(JSON.stringify(list)));
  }
}
