import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { REQUEST } from '@catalogue-sync/contracts';
import {
  DeadLetterListDto,
  DeadLetterParams,
  PageQuery,
  ProviderParams,
  ReplayDto,
} from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { ApiProblems } from '../openapi/problem-answers.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { RequiresScope } from '../security/requires-scope.js';

const TRIGGER = 'replay';

/** Pages that could not be handled. */
@ApiTags('dead letters')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider or dead letter.',
  503: 'A service does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id/dead-letters')
export class DeadLettersController {
  constructor(private readonly services: RequestClient) {}

  @Get()
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'Pages that could not be handled, newest first' })
  @ApiOkResponse({ type: DeadLetterListDto })
  async list(@Param() { id }: ProviderParams, @Query() query: PageQuery): Promise<DeadLetterListDto> {
    // Whether there is such a provider is its owner's word.
    await this.services.send(REQUEST.getProvider, { providerId: id });
    const { deadLetters, nextCursor } = await this.services.send(REQUEST.listDeadLetters, {
      providerId: id,
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: decodeCursor(query.cursor) }),
    });
    return { deadLetters, ...(nextCursor === undefined ? {} : { nextCursor: encodeCursor(nextCursor) }) };
  }

  @Post(':letter/replay')
  @RequiresScope('operate')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'replayDeadLetter',
    summary: 'Hand the page in again; when its run is over, sync its scope anew',
  })
  @ApiAcceptedResponse({ type: ReplayDto })
  replay(@Param() { id, letter }: DeadLetterParams): Promise<ReplayDto> {
    return this.services.send(REQUEST.replayDeadLetter, { providerId: id, id: letter, trigger: TRIGGER });
  }
}
