import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { REQUEST } from '@catalogue-sync/contracts';
import {
  HeldRemovalDetailDto,
  HeldRemovalListDto,
  PageQuery,
  ProviderParams,
  RemovalDecisionDto,
  RemovalParams,
  RemovalQuery,
} from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { RequiresScope } from '../security/requires-scope.js';

/** Removals that were not believed, and wait for an operator's word. */
@ApiTags('removals')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider or removal.',
  503: 'A service does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id/removals')
export class RemovalsController {
  constructor(private readonly services: RequestClient) {}

  @Get()
  @ApiOperation({
    operationId: 'listRemovals',
    summary: 'Removals that are held for approval, or were, newest first',
  })
  @ApiOkResponse({ type: HeldRemovalListDto })
  async list(@Param() { id }: ProviderParams, @Query() query: RemovalQuery): Promise<HeldRemovalListDto> {
    // Whether there is such a provider is its owner's word.
    await this.services.send(REQUEST.getProvider, { providerId: id });
    const { removals, nextCursor } = await this.services.send(REQUEST.listRemovals, {
      providerId: id,
      limit: query.limit,
      ...(query.state === undefined ? {} : { state: query.state }),
      ...(query.cursor === undefined ? {} : { cursor: decodeCursor(query.cursor) }),
    });
    return { removals, ...(nextCursor === undefined ? {} : { nextCursor: encodeCursor(nextCursor) }) };
  }

  @Get(':digest')
  @ApiOperation({ operationId: 'getRemoval', summary: 'A held removal and what it holds' })
  @ApiOkResponse({ type: HeldRemovalDetailDto })
  async get(
    @Param() { id, digest }: RemovalParams,
    @Query() query: PageQuery,
  ): Promise<HeldRemovalDetailDto> {
    const { removal, items, nextCursor } = await this.services.send(REQUEST.getRemoval, {
      providerId: id,
      digest,
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: decodeCursor(query.cursor) }),
    });
    return { removal, items, ...(nextCursor === undefined ? {} : { nextCursor: encodeCursor(nextCursor) }) };
  }

  @Post(':digest/approve')
  @RequiresScope('operate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'approveRemoval',
    summary: 'Remove at once what of the set is still absent; a version is sealed',
  })
  @ApiOkResponse({ type: RemovalDecisionDto })
  @ApiProblems({
    409: 'It was decided before, or a newer set took its place: the answer says how they differ.',
  })
  approve(
    @Param() { id, digest }: RemovalParams,
    @CurrentCaller() caller: Caller,
  ): Promise<RemovalDecisionDto> {
    return this.decide(id, digest, 'approve', caller.name);
  }

  @Post(':digest/reject')
  @RequiresScope('operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'rejectRemoval', summary: 'Keep the set; it is not announced again' })
  @ApiOkResponse({ type: RemovalDecisionDto })
  @ApiProblems({
    409: 'It was decided before, or a newer set took its place: the answer says how they differ.',
  })
  reject(
    @Param() { id, digest }: RemovalParams,
    @CurrentCaller() caller: Caller,
  ): Promise<RemovalDecisionDto> {
    return this.decide(id, digest, 'reject', caller.name);
  }

  private decide(
    providerId: RemovalParams['id'],
    digest: string,
    decision: 'approve' | 'reject',
    decidedBy: string,
  ): Promise<RemovalDecisionDto> {
    return this.services.send(REQUEST.decideRemoval, { providerId, digest, decision, decidedBy });
  }
}
