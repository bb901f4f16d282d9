import { Injectable, type StreamableFile } from '@nestjs/common';
import type { CatalogueItem, Episode, ItemKind, ProviderId } from '@catalogue-sync/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CategoryListStore } from '../items/category-list.store.js';
import { ListedItems } from '../playback/listed-items.js';
import { NumberedItemStore } from '../playback/numbered-item.store.js';
import { imageAddress, originOfRequest, STREAM_FOLDER, streamAddress } from '../playback/player-address.js';
import { loginOf, type PlayerLogin } from '../playback/player-keys.js';
import { ProviderQuestions } from '../playback/provider-questions.js';
import { episodeNumbers, streamNumber } from '../playback/stream-numbers.js';
import { streamText } from '../playback/streamed-text.js';
import { invalidField, ProblemError } from '../problem/problem-error.js';
import { KeptVersions } from '../snapshots/kept-versions.js';
import type { SnapshotVersion } from '../snapshots/snapshot-version.js';
import { nameOf } from '../xtream-out/category-numbers.js';
import { DEFAULT_CONTAINER } from '../xtream-out/xtream-rows.js';
import { entryLines, PLAYLIST_HEADER } from './playlist-lines.js';

const TYPE = 'audio/x-mpegurl; charset=utf-8';
/** Series have no entries here: their episodes are not known before somebody asks for them. */
const KINDS: readonly ItemKind[] = ['channel', 'movie'];

interface Scene {
  provider: ProviderId;
  version: SnapshotVersion;
  origin: string;
  login: PlayerLogin;
}

/** The served snapshot as a playlist, or one series of it. Addresses lead to our own resolver; no provider's stands in it. */
@Injectable()
export class PlaylistWriter {
  constructor(
    private readonly versions: KeptVersions,
    private readonly categories: CategoryListStore,
    private readonly listed: ListedItems,
    private readonly items: NumberedItemStore,
    private readonly questions: ProviderQuestions,
  ) {}

  /** `query`: the login, and `kind` or `series` to narrow it. Throws `provider-not-found`, `snapshot-not-found` and `item-not-found`. */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    provider: ProviderId,
    query: Readonly<Record<string, unknown>>,
  ): Promise<StreamableFile> {
    const version = await this.versions.get(provider);
    const scene = { provider, version, origin: originOfRequest(request), login: loginOf(query) };
    const { series } = query;
    const texts =
      typeof series === 'string'
        ? this.series(scene, series)
        : this.catalogue(scene, readKinds(query['kind']));
    return streamText(request, reply, TYPE, texts);
  }

  private async *catalogue(scene: Scene, kinds: readonly ItemKind[]): AsyncGenerator<string> {
    const listed = await this.categories.read(scene.version);
    const groups = new Map(listed.map(({ id, category }) => [id, nameOf(category, id)]));
    yield PLAYLIST_HEADER;
    for (const kind of kinds)
      for await (const item of this.listed.all(scene.version, kind)) yield itemLines(item, groups, scene);
  }

  private async *series(scene: Scene, id: string): AsyncGenerator<string> {
    const item = id.startsWith('series:') ? await this.items.byId(scene.provider, id) : undefined;
    if (item === undefined)
      throw new ProblemError(
        'item-not-found',
        `There is no series ${id}. Ids are as items name them: series:4711.`,
      );
    const { episodes } = await this.questions.episodes(scene.provider, item);
    const numbers = episodeNumbers(
      item,
      episodes.map((episode) => episode.id),
    );
    yield PLAYLIST_HEADER;
    for (const episode of episodes) yield episodeLines(item, episode, numbers.get(episode.id) ?? 0, scene);
  }
}

function itemLines(
  item: CatalogueItem,
  groups: ReadonlyMap<string, string>,
  { provider, version, origin, login }: Scene,
): string {
  const { kind, categoryIds, durationMinutes } = item;
  const extension = kind === 'channel' ? 'ts' : (item.container ?? DEFAULT_CONTAINER);
  const stream = { folder: STREAM_FOLDER[kind], number: streamNumber(item), extension };
  return entryLines({
    name: item.name,
    url: streamAddress(origin, provider, login, stream),
    group: categoryIds.map((id) => groups.get(id) ?? '').find((name) => name !== '') ?? '',
    logo: imageAddress(item.poster, version.head.imageBaseUrl),
    guideId: item.epgChannelId,
    number: item.number,
    radio: item.radio,
    seconds: kind === 'movie' && durationMinutes !== undefined ? durationMinutes * 60 : undefined,
  });
}

function episodeLines(
  item: CatalogueItem,
  episode: Episode,
  number: number,
  { provider, version, origin, login }: Scene,
): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const extension = episode.container ?? DEFAULT_CONTAINER;
  const { durationMinutes } = episode;
  return entryLines({
    name: `${item.name} S${two(episode.season)}E${two(episode.number)}`,
    url: streamAddress(origin, provider, login, { folder: STREAM_FOLDER.series, number, extension }),
    group: item.name,
    logo: imageAddress(episode.poster ?? item.poster, version.head.imageBaseUrl),
    seconds: durationMinutes === undefined ? undefined : durationMinutes * 60,
  });
}

function readKinds(kind: unknown): readonly ItemKind[] {
  if (kind === undefined) return KINDS;
  const asked = KINDS.filter((each) => each === kind);
  if (asked.length > 0) return asked;
  throw invalidField(
    'kind',
    'Give channel or movie. For the episodes of a series give series=<id of the item>.',
  );
}
