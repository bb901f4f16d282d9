import { Injectable } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import { NumberedItemStore } from '../playback/numbered-item.store.js';
import { ProviderQuestions } from '../playback/provider-questions.js';
import { episodeNumbers } from '../playback/stream-numbers.js';
import { XtreamLists } from './xtream-lists.js';
import { episodeRow, movieInfo, seriesFacts } from './xtream-rows.js';

/** What a panel tells of one title. The provider is asked for it, politely and not twice within some minutes. */
@Injectable()
export class XtreamDetails {
  constructor(
    private readonly items: NumberedItemStore,
    private readonly questions: ProviderQuestions,
    private readonly lists: XtreamLists,
  ) {}

  /** As panels do, tells of a movie that does not exist with an empty list. */
  async movie(provider: ProviderId, number: string): Promise<object> {
    const item = await this.items.find(provider, 'movie', readNumber(number));
    if (item === undefined) return { info: [] };
    const [details, scene] = await Promise.all([
      this.questions.movieDetails(provider, item),
      this.lists.scene(provider, 'movie'),
    ]);
    return movieInfo(details, scene);
  }

  /** Throws what the provider's client throws: a series without its episodes would look like one that has none. */
  async series(provider: ProviderId, number: string): Promise<object> {
    const item = await this.items.find(provider, 'series', readNumber(number));
    if (item === undefined) return { seasons: [], info: { name: null }, episodes: {} };
    const [{ episodes }, scene] = await Promise.all([
      this.questions.episodes(provider, item),
      this.lists.scene(provider, 'series'),
    ]);
    const numbers = episodeNumbers(
      item,
      episodes.map(({ id }) => id),
    );
    const seasons = new Map<number, object[]>();
    for (const episode of episodes) {
      const rows = seasons.get(episode.season) ?? [];
      seasons.set(episode.season, rows);
      rows.push(episodeRow(episode, numbers.get(episode.id) ?? 0, scene));
    }
    return {
      seasons: [...seasons].map(([season, rows]) => ({
        id: season,
        name: season === 0 ? 'Specials' : `Season ${season}`,
        season_number: season,
        episode_count: rows.length,
        air_date: '',
        overview: '',
        cover: '',
      })),
      info: { name: item.name, ...seriesFacts({ ...item, episodeCount: episodes.length }, scene) },
      episodes: Object.fromEntries(seasons),
    };
  }
}

/** NaN for what is no number: that of no item. */
function readNumber(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}
