import type { CatalogueItem } from './item.js';

/**
 * What the fetcher needs to know of an item to ask its provider about it. It keeps no items itself, so whoever asks hands over what the catalogue
 * says of this one.
 */
export type AskedItem = Pick<
  CatalogueItem,
  'id' | 'kind' | 'externalId' | 'name' | 'categoryIds' | 'playCommand' | 'container' | 'episodeCount'
>;

/** An episode of a series. Episodes are no part of the catalogue: a provider is asked for them when somebody wants them. */
export interface Episode {
  /** Names the episode within its series. The provider's own id where it has one, else season and place: `2:5`. */
  id: string;
  /** From 1; 0 are specials. */
  season: number;
  /** Within its season; where the provider tells none, its place in the season, from 1. */
  number: number;
  /** As the provider shows it; absent where it tells none. */
  name?: string;
  description?: string;
  /** A path or an absolute URL, as the posters of items. */
  poster?: string;
  /** `YYYY-MM-DD`. */
  releaseDate?: string;
  durationMinutes?: number;
  /** ISO 8601, as `addedAt` of items. */
  addedAt?: string;
  /** File extension of the stream: "mkv". */
  container?: string;
}

export interface EpisodeList {
  /** By season and number. */
  episodes: Episode[];
  /** When the provider was asked, ISO 8601: lists are kept for some minutes. */
  fetchedAt: string;
}

/** Where a stream is now. Such addresses often hold an account or a grant and are short-lived: never keep, log or list one. */
export interface StreamAddress {
  url: string;
}
