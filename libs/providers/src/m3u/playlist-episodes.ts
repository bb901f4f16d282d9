import { toPlainText } from '@catalogue-sync/catalogue';
import { inWatchingOrder, MAX_EPISODES } from '../playback/episode-order.js';
import type { PlayableEpisode } from '../port.js';
import { episodeNumbersOf } from './classify.js';
import type { FoundEntry } from './find-entries.js';
import { shortHash } from './identity.js';
import { canonicalUrl, splitUrl, xcTarget } from './entry-url.js';

const EXTENSION = /\.([A-Za-z0-9]{2,5})$/;

/** The episodes that a series' entries are. An entry whose title names no episode is one of season 1, in the playlist's order. */
export async function episodesOfEntries(entries: AsyncIterable<FoundEntry>): Promise<PlayableEpisode[]> {
  const found = new Map<string, PlayableEpisode>();
  for await (const { entry, url } of entries) {
    const parts = splitUrl(entry.url);
    const id = xcTarget(parts)?.id ?? shortHash(`${entry.title}\n${canonicalUrl(parts)}`).slice(0, 16);
    if (found.has(id)) continue;
    const numbers = episodeNumbersOf(entry.title) ?? { season: 1, episode: found.size + 1 };
    const name = toPlainText(entry.title);
    const container = EXTENSION.exec(parts.path)?.[1]?.toLowerCase();
    found.set(id, {
      id,
      season: numbers.season,
      number: numbers.episode,
      ...(name === undefined ? {} : { name }),
      ...(container === undefined ? {} : { container }),
      play: { url },
    });
    if (found.size >= MAX_EPISODES) break;
  }
  return inWatchingOrder([...found.values()]);
}
