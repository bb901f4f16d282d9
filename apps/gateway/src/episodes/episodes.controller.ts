import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EpisodeListDto, ItemParams } from '@catalogue-sync/contracts/rest';
import { ApiProblems } from '../openapi/problem-answers.js';
import { NumberedItemStore } from '../playback/numbered-item.store.js';
import { ProviderQuestions } from '../playback/provider-questions.js';
import { ProblemError, invalidField } from '../problem/problem-error.js';
import { RequiresScope } from '../security/requires-scope.js';
import { KeptVersions } from '../snapshots/kept-versions.js';

/** Episodes, which are no part of the catalogue: the provider is asked for them when somebody wants them. */
@ApiTags('items')
@RequiresScope('read')
@Controller('api/providers/:id/items/:itemId/episodes')
export class EpisodesController {
  constructor(
    private readonly items: NumberedItemStore,
    private readonly questions: ProviderQuestions,
    private readonly versions: KeptVersions,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listEpisodes',
    summary: 'The episodes of a series',
    description:
      'Asks the provider, within its limits, unless it was asked in the last ten minutes. By season and number; specials, season 0, come last.',
  })
  @ApiOkResponse({ type: EpisodeListDto })
  @ApiProblems({
    400: 'The item is no series.',
    404: 'There is no such provider, and no such item.',
    502: 'The provider refuses, or answers badly.',
    503: 'The provider is left alone for a while, or a service does not answer: see Retry-After.',
    504: 'The provider did not answer in time.',
  })
  async list(@Param() { id, itemId }: ItemParams): Promise<EpisodeListDto> {
    const item = await this.items.byId(id, itemId);
    if (item === undefined) {
      await this.versions.assertProvider(id);
      throw new ProblemError(
        'item-not-found',
        `There is no item ${itemId}. Ids are as items name them: series:4711.`,
      );
    }
    if (item.kind !== 'series') throw invalidField('itemId', `${itemId} is no series: it has no episodes.`);
    return this.questions.episodes(id, item);
  }
}
