import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ItemHistoryDto,
  ItemPageDto,
  ItemParams,
  ItemsQuery,
  ProviderParams,
} from '@catalogue-sync/contracts/rest';
import { eventText } from '../events/event-page-text.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { ProblemError } from '../problem/problem-error.js';
import { RequiresScope } from '../security/requires-scope.js';
import { NO_CATEGORY } from '../snapshots/category-document.js';
import { KeptVersions } from '../snapshots/kept-versions.js';
import { decodeItemCursor, encodeItemCursor } from './item-cursor.js';
import { ItemSearchStore } from './item-search.store.js';
import { ItemStore } from './item.store.js';

/** Items as they stand now: while a job runs they are ahead of the newest snapshot. */
@ApiTags('items')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  503: 'The database does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id/items')
export class ItemsController {
  constructor(
    private readonly search: ItemSearchStore,
    private readonly items: ItemStore,
    private readonly versions: KeptVersions,
  ) {}

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'findItems',
    summary: 'Find items',
    description:
      'All conditions must hold. A page may hold fewer items than the limit when they are large: go on as long as there is a nextCursor.',
  })
  @ApiOkResponse({ type: ItemPageDto })
  @ApiProblems({ 404: 'There is no such provider.' })
  async find(@Param() { id }: ProviderParams, @Query() query: ItemsQuery): Promise<string> {
    const { sort, limit, cursor, q, kind, genre, year, category } = query;
    const { items, end } = await this.search.page(id, {
      filter: { words: q, kind, genre, year, category: category === NO_CATEGORY ? '' : category },
      order: sort,
      after: cursor === undefined ? undefined : decodeItemCursor(sort, cursor),
      limit,
    });
    if (items.length === 0) await this.versions.assertProvider(id);
    const next = end === undefined ? '' : `,"nextCursor":"${encodeItemCursor(sort, end)}"`;
    return `{"items":[${items.join(',')}]${next}}`;
  }

  @Get(':itemId')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'getItem',
    summary: 'One item, and the events that made it',
    description: 'A removed item has a history and no item, as long as its events are kept.',
  })
  @ApiOkResponse({ type: ItemHistoryDto })
  @ApiProblems({ 404: 'There is no such provider, and no such item.' })
  async one(@Param() { id, itemId }: ItemParams): Promise<string> {
    const [item, events] = await Promise.all([this.items.find(id, itemId), this.items.history(id, itemId)]);
    if (item === undefined && events.length === 0) {
      await this.versions.assertProvider(id);
      throw new ProblemError(
        'item-not-found',
        `There is no item ${itemId}. Ids are as items name them: movie:4711.`,
      );
    }
    const now = item === undefined ? '' : `"item":${item},`;
    return `{${now}"history":[${events.map(eventText).join(',')}]}`;
  }
}
