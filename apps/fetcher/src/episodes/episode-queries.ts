import {
  CatalogueSyncError,
  ERROR_CODE,
  type AskedItem,
  type CatalogueItem,
  type Episode,
  type EpisodeList,
  type ProviderId,
} from '@catalogue-sync/contracts';
import type { PlayableEpisode, ProviderClient } from '@catalogue-sync/providers';
import type { AskedProvider } from '../playback/asked-provider.js';
import { KeptAnswers } from './kept-answers.js';

/** New episodes are seen after so long, ms. */
const TTL_MS = 10 * 60_000;
/** Of all kept lists together. */
const MAX_EPISODES = 200_000;
const MAX_MOVIES = 5_000;

interface ListedEpisodes {
  episodes: readonly PlayableEpisode[];
  fetchedAt: string;
}

/** What providers tell only when asked for one title: the episodes of a series, the details of a movie. */
export class EpisodeQueries {
  private readonly series = new KeptAnswers<ListedEpisodes>({
    ttlMs: TTL_MS,
    maxWeight: MAX_EPISODES,
    weightOf: ({ episodes }) => 1 + episodes.length,
  });
  private readonly movies = new KeptAnswers<{ details?: CatalogueItem }>({
    ttlMs: TTL_MS,
    maxWeight: MAX_MOVIES,
    weightOf: () => 1,
  });

  constructor(private readonly provider: AskedProvider) {}

  /** Throws `invalid-request` when the item is no series. */
  async list(id: ProviderId, item: AskedItem): Promise<EpisodeList> {
    if (item.kind !== 'series')
      throw new CatalogueSyncError(ERROR_CODE.invalidRequest, `${item.id} is no series: it has no episodes.`);
    return this.provider.ask(id, async (client, signal, place) => {
      const { episodes, fetchedAt } = await this.listed(client, item, signal, place);
      return { episodes: episodes.map(withoutPlay), fetchedAt };
    });
  }

  async movie(id: ProviderId, item: AskedItem): Promise<{ details?: CatalogueItem }> {
    return this.provider.ask(id, (client, signal, place) =>
      this.movies.get(`${place} ${item.id}`, async () => {
        const details = await client.movieDetails(item, signal);
        return details === undefined ? {} : { details };
      }),
    );
  }

  /** An episode with what its client needs to play it. Throws `episode-not-found`. */
  async find(
    client: ProviderClient,
    item: AskedItem,
    episodeId: string,
    signal: AbortSignal,
    place: string,
  ): Promise<PlayableEpisode> {
    const { episodes } = await this.listed(client, item, signal, place);
    const found = episodes.find(({ id }) => id === episodeId);
    if (found !== undefined) return found;
    throw new CatalogueSyncError(
      ERROR_CODE.episodeNotFound,
      `The provider lists no such episode of ${item.id}. Ask for its episodes again.`,
    );
  }

  private listed(
    client: ProviderClient,
    item: AskedItem,
    signal: AbortSignal,
    place: string,
  ): Promise<ListedEpisodes> {
    return this.series.get(`${place} ${item.id}`, async () => ({
      episodes: await client.episodes(item, signal),
      fetchedAt: new Date().toISOString(),
    }));
  }
}

/** How it is played stays here: secrets may stand in it. */
function withoutPlay(listed: PlayableEpisode): Episode {
  const { play: _stays, ...episode } = listed;
  return episode;
}
