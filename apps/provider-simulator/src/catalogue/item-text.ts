import type { Item } from './item.js';
import { mix } from './seeded.js';
import { pick, type Vocabulary } from './vocabulary.js';

/** Salts that keep the fields of an item independent of each other. */
const SALT = {
  title: 20,
  prefix: 21,
  plot: 22,
  cast: 23,
  director: 24,
  genre: 25,
  country: 26,
  poster: 27,
  original: 28,
};

/** The title without what providers wrap around it. */
export function title(words: Vocabulary, item: Item): string {
  if (item.kind === 'channel') return channelTitle(words, item);
  const draw = mix(item.draw, SALT.title);
  const noun = pick(words.nouns, draw >>> 5);
  switch (draw % 6) {
    case 0:
      return `The ${pick(words.things, draw >>> 5)}`;
    case 1:
      return `${noun} ${pick(words.joiners, draw >>> 14)} ${pick(words.nouns, draw >>> 17)}`;
    case 2:
      return `${pick(words.things, draw >>> 5)}: ${pick(words.places, draw >>> 17)}`;
    case 3:
      return `${pick(words.places, draw >>> 17)}, ${pick(words.things, draw >>> 5)}`;
    case 4:
      return `${pick(words.firstNames, draw >>> 12)}'s ${noun}`;
    default:
      return pick(words.things, draw >>> 5);
  }
}

function channelTitle(words: Vocabulary, item: Item): string {
  const draw = mix(item.draw, SALT.title);
  const quality = ['', ' HD', ' FHD', ' 4K', ' +1'][(draw >>> 4) % 5] ?? '';
  return `${pick(words.regions, draw >>> 7)}: ${pick(words.places, draw >>> 10)} ${pick(words.channelNames, draw >>> 15)}${quality}`;
}

/**
 * The name as listed: prefix, title, year, and the edition where the item was edited. Every edit shows here, so that each protocol,
 * a playlist too, tells of it. `bare`: the item's title, where it is known already.
 */
export function displayName(words: Vocabulary, item: Item, bare = title(words, item)): string {
  const edition = item.edition === 0 ? '' : ` (Remaster ${item.edition})`;
  if (item.kind === 'channel') return bare + edition;
  const draw = mix(item.draw, SALT.prefix);
  const year = (draw >>> 6) % 3 === 0 ? ` (${releaseYear(item)})` : '';
  return pick(words.prefixes, draw) + bare + year + edition;
}

/** A plot of `sentences` sentences. Two of three edits rewrite it. */
export function plot(words: Vocabulary, item: Item, sentences: number): string {
  let text = '';
  const rewritten = item.edition % 3 === 0 ? 0 : item.edition;
  for (let i = 0; i < sentences; i++) {
    const draw = mix(item.draw, SALT.plot + 100 * i + 7_919 * rewritten);
    if (i > 0) text += ' ';
    text += pick(words.leads, draw) + pick(words.places, draw >>> 9) + pick(words.turns, draw >>> 14);
  }
  return text;
}

/** `count` people, joined by ", ". */
export function cast(words: Vocabulary, item: Item, count: number): string {
  let text = person(words, mix(item.draw, SALT.cast));
  for (let i = 1; i < count; i++) text += `, ${person(words, mix(item.draw, SALT.cast + 200 * i))}`;
  return text;
}

export function director(words: Vocabulary, item: Item): string {
  return person(words, mix(item.draw, SALT.director));
}

function person(words: Vocabulary, draw: number): string {
  return pick(words.people, draw);
}

/** One to three genres, joined by `separator`. */
export function genres(words: Vocabulary, item: Item, separator: string): string {
  const draw = mix(item.draw, SALT.genre);
  const first = draw % words.genres.length;
  let text = pick(words.genres, first);
  for (let i = 1; i <= (draw >>> 6) % 3; i++) text += separator + pick(words.genres, first + 5 * i);
  return text;
}

export function country(words: Vocabulary, item: Item): string {
  return pick(words.countries, mix(item.draw, SALT.country));
}

/** Name of the poster's file, some nine digits. It changes with every second edit. */
export function posterName(item: Item): number {
  return mix(item.draw, SALT.poster + 7_919 * (item.edition % 2 === 0 ? 0 : item.edition)) >>> 2;
}

/** First year of release. */
export function releaseYear(item: Item): number {
  return 1950 + (mix(item.draw, 30) % 77);
}

/** `-MM-DD` of every day that each month has. */
const DAYS_OF_YEAR = Array.from({ length: 12 * 28 }, (_, i) => {
  const [month, day] = [1 + Math.floor(i / 28), 1 + (i % 28)].map((value) => String(value).padStart(2, '0'));
  return `-${month}-${day}`;
});

/** `YYYY-MM-DD`, in the year of release. */
export function releaseDate(item: Item): string {
  return releaseYear(item) + pick(DAYS_OF_YEAR, mix(item.draw, 31));
}

/** Running time in minutes. */
export function minutes(item: Item): number {
  return 42 + (mix(item.draw, 32) % 120);
}

/** Score in tenths, 0 to 99. */
export function score(item: Item): number {
  return mix(item.draw, 33) % 100;
}

/** Id in a public database; 0 for one item in eight. */
export function databaseId(item: Item): number {
  const draw = mix(item.draw, 34);
  return draw % 8 === 0 ? 0 : 10_000 + (draw >>> 9);
}

/** An independent figure of the item for protocol quirks. */
export function figure(item: Item, salt: number): number {
  return mix(item.draw, 1_000 + salt);
}
