import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { REQUEST } from '@catalogue-sync/contracts';
import { LastRebuildDto, ProviderParams, RebuildDto } from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';

/** Lets an operator have a catalogue that is not believed built anew from the event log. */
@ApiTags('snapshots')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider, or no snapshot of it yet.',
  503: 'A service does not answer: see Retry-After.',
})
@RequiresScope('operate')
@Controller('api/providers/:id/rebuild')
export class RebuildsController {
  constructor(private readonly services: RequestClient) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    operationId: 'startRebuild',
    summary: 'Build the catalogue anew from the event log',
    description:
      'Beside the live one, which is served meanwhile. What differs is put right at once, and a version that was wrong is followed by a right one. Answers with the rebuild that runs where there is one.',
  })
  @ApiAcceptedResponse({ type: RebuildDto })
  @ApiProblems({ 409: 'Events are still to be folded, or a sync is under way.' })
  async start(@Param() { id }: ProviderParams): Promise<RebuildDto> {
    return (await this.services.send(REQUEST.startRebuild, { providerId: id })).rebuild;
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ operationId: 'getRebuild', summary: 'The last rebuild: how far it is, or what it found' })
  @ApiOkResponse({ type: LastRebuildDto })
  async get(@Param() { id }: ProviderParams): Promise<LastRebuildDto> {
    await this.services.send(REQUEST.getProvider, { providerId: id });
    return this.services.send(REQUEST.getRebuild, { providerId: id });
  }
}
