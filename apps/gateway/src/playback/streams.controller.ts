import { Controller, Get, Header, HttpRedirectResponse, Param, Redirect, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { CatalogueItem, ItemKind, ProviderId } from '@catalogue-sync/contracts';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problem/problem-error.js';
import { Public } from '../security/requires-scope.js';
import { NumberedItemStore } from './numbered-item.store.js';
import { readProvider } from './player-address.js';
import { PlayerKeys } from './player-keys.js';
import { ProviderQuestions } from './provider-questions.js';
import { episodeNumbers } from './stream-numbers.js';

type Place = Record<'id' | 'username' | 'password' | 'file', string>;

const FILE = /^(\d{1,16})(?:\.([A-Za-z0-9]{1,5}))?$/;

/**
 * Streams as Xtream players address them. Where one is is asked of the provider at the moment it is played, and told to the player alone, by a
 * redirect that nobody may keep.
 */
@ApiExcludeController()
@Public('The key stands in the path: players send no header.')
@Controller('xtream/:id')
export class StreamsController {
  constructor(
    private readonly keys: PlayerKeys,
    private readonly items: NumberedItemStore,
    private readonly questions: ProviderQuestions,
  ) {}

  @Get('live/:username/:password/:file')
  @Header('cache-control', 'no-store')
  @Redirect()
  channel(
    @Param() place: Record<string, string>,
    @Req() request: FastifyRequest,
  ): Promise<HttpRedirectResponse> {
    return this.play(request, 'channel', place as Place);
  }

  @Get('movie/:username/:password/:file')
  @Header('cache-control', 'no-store')
  @Redirect()
  movie(
    @Param() place: Record<string, string>,
    @Req() request: FastifyRequest,
  ): Promise<HttpRedirectResponse> {
    return this.play(request, 'movie', place as Place);
  }

  @Get('series/:username/:password/:file')
  @Header('cache-control', 'no-store')
  @Redirect()
  async episode(
    @Param() place: Record<string, string>,
    @Req() request: FastifyRequest,
  ): Promise<HttpRedirectResponse> {
    await this.keys.toPlay(request, place as Place);
    const id = readProvider(place['id']);
    const { number, extension } = readFile(place['file']);
    for (const series of await this.items.seriesOf(id, number)) {
      const episodeId = await this.episodeOf(id, series, number);
      if (episodeId !== undefined)
        return redirectTo(await this.questions.streamUrl(id, series, { episodeId, ...extension }));
    }
    throw noItem();
  }

  /** Panels take channels without their folder too. */
  @Get(':username/:password/:file')
  @Header('cache-control', 'no-store')
  @Redirect()
  plainChannel(
    @Param() place: Record<string, string>,
    @Req() request: FastifyRequest,
  ): Promise<HttpRedirectResponse> {
    return this.play(request, 'channel', place as Place);
  }

  private async play(request: FastifyRequest, kind: ItemKind, place: Place): Promise<HttpRedirectResponse> {
    await this.keys.toPlay(request, place);
    const provider = readProvider(place.id);
    const { number, extension } = readFile(place.file);
    const item = await this.items.find(provider, kind, number);
    if (item === undefined) throw noItem();
    return redirectTo(await this.questions.streamUrl(provider, item, extension));
  }

  /** The episode of a series with that number; the fetcher keeps what it has listed before. */
  private async episodeOf(
    provider: ProviderId,
    series: CatalogueItem,
    number: number,
  ): Promise<string | undefined> {
    const { episodes } = await this.questions.episodes(provider, series);
    const numbers = episodeNumbers(
      series,
      episodes.map(({ id }) => id),
    );
    return [...numbers].find(([, each]) => each === number)?.[0];
  }
}

function redirectTo(url: string): HttpRedirectResponse {
  return { url, statusCode: 302 };
}

function readFile(file: string | undefined): { number: number; extension: { extension?: string } } {
  const [, number, extension] = FILE.exec(file ?? '') ?? [];
  if (number === undefined) throw noItem();
  return { number: Number(number), extension: extension === undefined ? {} : { extension } };
}

function noItem(): ProblemError {
  return new ProblemError('item-not-found', 'There is no such stream. Load the lists again.');
}
