import type { ItemId } from './ids.js';

/** What an item is. Episodes are not items: they belong to their series. */
export const ITEM_KINDS = ['channel', 'movie', 'series'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** Scores from 0 to 10, as far as the provider tells them. Stored, but never a reason for an update: providers round them anew. */
export interface ItemRatings {
  /** The provider's own figure. */
  overall?: number;
  imdb?: number;
  kinopoisk?: number;
}

/** Ids of the same work in public databases. They help matching and are never an identity: providers get them wrong. */
export interface ItemReferences {
  tmdb?: string;
  imdb?: string;
  kinopoisk?: string;
}

/**
 * One channel, movie or series in the form every consumer sees: the body of `ItemAdded` and `ItemUpdated`, and the entry of a snapshot.
 * A field that the provider does not tell is absent, never null or "".
 */
export interface CatalogueItem {
  id: ItemId;
  kind: ItemKind;
  /** The provider's own id of the item within its kind; always a string. */
  externalId: string;
  /** Title as the provider shows it, entities decoded and blanks trimmed; prefixes such as "EN - " are kept. */
  name: string;
  originalName?: string;
  /** Every category that lists the item, sorted; empty when the provider names none. The first one is the primary category. */
  categoryIds: string[];
  description?: string;
  genres?: string[];
  directors?: string[];
  actors?: string[];
  /** First year of release, 1870 to 2199. */
  year?: number;
  /** Last year of a series or range. */
  endYear?: number;
  /** `YYYY-MM-DD`. */
  releaseDate?: string;
  country?: string;
  /** Running time in minutes. */
  durationMinutes?: number;
  /** Age limit as the provider writes it: "12+". */
  ageRating?: string;
  /** MPAA or similar certificate: "PG-13". */
  certificate?: string;
  ratings?: ItemRatings;
  references?: ItemReferences;
  /** A path or an absolute URL. Paths are resolved against the snapshot's `imageBaseUrl`; images are never stored. */
  poster?: string;
  /** Further images, in the provider's order. */
  backdrops?: string[];
  /** A YouTube id or URL. */
  trailer?: string;
  adult?: boolean;
  highDefinition?: boolean;
  /** File extension of the stream: "mkv". */
  container?: string;
  /** When the provider says it was added, ISO 8601 in UTC where the zone is known, else the provider's local time taken as UTC. */
  addedAt?: string;
  /** When the provider says it was modified (Xtream series, Stalker channels); same form as `addedAt`. */
  modifiedAt?: string;
  /** Channels: the number the provider shows. It is a position, so it is no reason for an update. */
  number?: number;
  /** Channels: id in the electronic programme guide. Many channels may share one. */
  epgChannelId?: string;
  /** Channels: days of catch-up that are kept. */
  archiveDays?: number;
  /** Channels: a radio station. */
  radio?: boolean;
  /** Series: how many seasons and episodes there are, where a listing tells it. */
  seasonCount?: number;
  episodeCount?: number;
  /** What the player hands back to the provider to play it: a Stalker `cmd` or a playlist URL with placeholders for secrets. */
  playCommand?: string;
  /** Provider fields that the mapper does not know, as they came (secrets replaced). No reason for an update. */
  extra?: Record<string, unknown>;
}

/** A provider's category. Its id is unique within (provider, scope). */
export interface CatalogueCategory {
  /** `<scope>:<external id>`. */
  id: string;
  /** The scope whose listing names it. */
  scope: string;
  /** The provider's own id; in a playlist the normalised group title. */
  externalId: string;
  name: string;
  /** Kind of the items in it, where the protocol says so. */
  kind?: ItemKind;
  /** `id` of the parent category. */
  parentId?: string;
  adult?: boolean;
  /** Position in the provider's list, from 0. No reason for an update. */
  position?: number;
}
