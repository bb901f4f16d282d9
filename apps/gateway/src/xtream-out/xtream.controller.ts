import { Controller, Get, Header, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PlaylistWriter } from '../playlist-out/playlist-writer.js';
import { readProvider } from '../playback/player-address.js';
import { loginOf, PlayerKeys } from '../playback/player-keys.js';
import { jsonArray, streamText } from '../playback/streamed-text.js';
import { ProblemError } from '../problem/problem-error.js';
import { Produces } from '../security/accept.guard.js';
import { Public } from '../security/requires-scope.js';
import { accountAnswer, REFUSED_ACCOUNT } from './account-answer.js';
import { XtreamDetails } from './xtream-details.js';
import { XtreamLists } from './xtream-lists.js';

type PlayerQuery = Readonly<Record<string, unknown>>;

const JSON_TYPE = 'application/json; charset=utf-8';
const CATEGORIES: Readonly<Record<string, ItemKind>> = {
  get_live_categories: 'channel',
  get_vod_categories: 'movie',
  get_series_categories: 'series',
};
const LISTS: Readonly<Record<string, ItemKind>> = {
  get_live_streams: 'channel',
  get_vod_streams: 'movie',
  get_series: 'series',
};
const GUIDES = new Set(['get_short_epg', 'get_simple_data_table']);
const EMPTY_GUIDE = '<?xml version="1.0" encoding="utf-8"?><tv generator-info-name="catalogue-sync"></tv>';

/** A mirrored provider as an Xtream panel with one account for each key that may list: what players speak that know nothing of us. */
@ApiExcludeController()
@Public('The key stands in the query: players send no header.')
@Controller('xtream/:id')
export class XtreamController {
  constructor(
    private readonly keys: PlayerKeys,
    private readonly lists: XtreamLists,
    private readonly details: XtreamDetails,
    private readonly playlists: PlaylistWriter,
  ) {}

  /** An action that is not known is answered with the account, as panels do. */
  @Get('player_api.php')
  @Header('cache-control', 'no-store')
  async playerApi(
    @Param('id') id: string,
    @Query() query: PlayerQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const login = loginOf(query);
    try {
      await this.keys.toList(request, login);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code === 'too-many-requests') throw error;
      void reply.status(error.code === 'forbidden' ? 403 : 401);
      return REFUSED_ACCOUNT;
    }
    const provider = readProvider(id);
    const action = text(query['action']);
    const list = LISTS[action];
    if (list !== undefined) return this.list(provider, list, query, request, reply);
    const categories = CATEGORIES[action];
    if (categories !== undefined) return this.lists.categories(provider, categories);
    if (action === 'get_vod_info') return this.details.movie(provider, text(query['vod_id']));
    if (action === 'get_series_info')
      return this.details.series(provider, text(query['series_id'] ?? query['series']));
    if (GUIDES.has(action)) return { epg_listings: [] };
    return accountAnswer(request, login, new Date());
  }

  @Get('get.php')
  @Produces('audio/x-mpegurl')
  async playlist(
    @Param('id') id: string,
    @Query() query: PlayerQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    await this.keys.toList(request, loginOf(query));
    return this.playlists.answer(request, reply, readProvider(id), query);
  }

  /** No guide is mirrored. */
  @Get('xmltv.php')
  @Produces('application/xml')
  @Header('content-type', 'application/xml; charset=utf-8')
  async guide(
    @Param('id') id: string,
    @Query() query: PlayerQuery,
    @Req() request: FastifyRequest,
  ): Promise<string> {
    await this.keys.toList(request, loginOf(query));
    readProvider(id);
    return EMPTY_GUIDE;
  }

  private list(
    provider: ProviderId,
    kind: ItemKind,
    query: PlayerQuery,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile> {
    const category = text(query['category_id']);
    const rows = this.lists.rows(provider, kind, category === '' ? undefined : category);
    return streamText(request, reply, JSON_TYPE, jsonArray(rows));
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
