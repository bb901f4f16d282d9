import type { ItemKind } from '@catalogue-sync/contracts';
import { mix } from './seeded.js';
import { jsonFragment } from './vocabulary.js';

/** A category as every protocol lists it. Names are unique over all lists of a catalogue: a playlist knows its groups by name only. */
export interface Category {
  /** Rising, with gaps; unique over all lists of the catalogue. */
  id: number;
  name: string;
  /** The name as the inside of a JSON string. */
  jsonName: string;
  /** Latin letters and dashes. */
  alias: string;
  adult: boolean;
}

const GENRES = [
  'Drama',
  'Comédie, Romance',
  'Thriller',
  'Sci-Fi &amp; Fantasy',
  'Documentaries',
  'Kids',
  'Crime',
  'Classics',
  'Музыка',
];
const LANGUAGES = ['EN', 'FR', 'DE', 'ES', 'PL', 'NL', 'TR'];
const LIVE_THEMES = [
  'News',
  'Sport',
  'Entertainment',
  'Kids',
  'Movies',
  'Music',
  'Documentary',
  'General',
  'Religion',
];
const LAYOUT: Record<ItemKind, { base: number; prefix: string; themes: string[] }> = {
  movie: { base: 3, prefix: 'VOD | ', themes: GENRES },
  series: { base: 40_000, prefix: 'Series | ', themes: GENRES },
  channel: { base: 80_000, prefix: '', themes: LIVE_THEMES },
};

/** The categories of one kind, in the provider's order; the last movie category is for adults. */
export function categoryList(kind: ItemKind, count: number, seed: number): Category[] {
  const { base, prefix, themes } = LAYOUT[kind];
  return Array.from({ length: count }, (_, position) => {
    const theme = themes[Math.floor(position / LANGUAGES.length) % themes.length] ?? '';
    const language = LANGUAGES[position % LANGUAGES.length] ?? '';
    const round = Math.floor(position / (LANGUAGES.length * themes.length));
    const adult = kind === 'movie' && count > 1 && position === count - 1;
    const name = adult
      ? 'VOD | Adults (XXX)'
      : `${prefix}${language} ┃ ${theme}${round === 0 ? '' : ` ${round + 1}`}`;
    return {
      id: base + 3 * position + (mix(seed, base + position) % 3),
      name,
      jsonName: jsonFragment(name),
      alias: `${language}-${theme}-${position}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
      adult,
    };
  });
}
