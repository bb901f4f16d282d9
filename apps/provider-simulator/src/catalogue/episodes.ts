import type { Item } from './item.js';
import { figure } from './item-text.js';

/** An episode of a series; computed like everything else. */
export interface Episode {
  id: number;
  season: number;
  number: number;
}

/** Seasons of a series, from 1. */
export function seasonCount(series: Item): number {
  return 1 + (figure(series, 50) % 6);
}

/** Episodes of a season; what came or went since is of the last one. */
export function episodeCount(series: Item, season: number): number {
  const drawn = 3 + (figure(series, 60 + season) % 10);
  return season === seasonCount(series) ? Math.max(0, drawn + series.extraEpisodes) : drawn;
}

/** The episodes of one season. */
export function episodes(series: Item, season: number): Episode[] {
  return Array.from({ length: episodeCount(series, season) }, (_, i) => ({
    id: 100_000_000 + series.id * 200 + season * 20 + i,
    season,
    number: i + 1,
  }));
}

/** The provider's id of a season. */
export function seasonId(series: Item, season: number): number {
  return series.id * 10 + season;
}
