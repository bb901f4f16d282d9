import type { AskedItem, ProviderId, StreamAddress } from '@catalogue-sync/contracts';
import type { EpisodeQueries } from '../episodes/episode-queries.js';
import type { AskedProvider } from './asked-provider.js';

/** What is to be played. */
export interface StreamOrder {
  item: AskedItem;
  episodeId?: string;
  extension?: string;
}

/** Finds out where something plays at this moment. Nothing of the answer is kept or logged. */
export class StreamQueries {
  constructor(
    private readonly provider: AskedProvider,
    private readonly episodes: EpisodeQueries,
  ) {}

  /** Throws `episode-not-found`, `stream-unavailable`, and what else the provider's client throws. */
  resolve(id: ProviderId, { item, episodeId, extension }: StreamOrder): Promise<StreamAddress> {
    return this.provider.ask(id, async (client, signal, place) => {
      const episode =
        episodeId === undefined
          ? undefined
          : await this.episodes.find(client, item, episodeId, signal, place);
      const url = await client.streamUrl(
        {
          item,
          ...(episode === undefined ? {} : { episode }),
          ...(extension === undefined ? {} : { extension }),
        },
        signal,
      );
      return { url };
    });
  }
}
