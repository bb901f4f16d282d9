import { hash } from 'node:crypto';
import type { CatalogueItem } from '@catalogue-sync/contracts';

/** Panels number their streams with 32 bits and a sign. An external id that is such a number is the item's number. */
const OWN_BELOW = 2 ** 31;
/** Above all that an external id can be; with 52 bits of a hash on top it still is a whole number to every JSON reader. */
const HASHED_FROM = 2 ** 52;
const HASH_DIGITS = 13;

/** An episode's number: that of its series in 32 bits, and 20 bits that name it within the series. */
const EPISODES_OF_SERIES = 2 ** 20;
const SHORT_DIGITS = 8;

type Numbered = Pick<CatalogueItem, 'id' | 'externalId'>;

/**
 * The number by which Xtream players know an item of its kind: the provider's own where that is one, else 52 bits of the MD5 of the item's
 * id, above all such numbers. It depends on the id only: the same over syncs, restarts and replicas. That two items of a catalogue of 250,000 share
 * one has a chance of 1 in 140,000; who looks one up must refuse to guess.
 */
export function streamNumber(item: Numbered): number {
  return ownNumber(item.externalId) ?? HASHED_FROM + Number.parseInt(md5(item.id).slice(0, HASH_DIGITS), 16);
}

/** Where the item of a number is found: under its external id, or by 52 bits of the MD5 of its id. Undefined when it is the number of none. */
export function placeOfNumber(number: number): { externalId: string } | { hash: number } | undefined {
  if (!Number.isSafeInteger(number) || number < 0) return undefined;
  if (number < OWN_BELOW) return { externalId: String(number) };
  return number >= HASHED_FROM ? { hash: number - HASHED_FROM } : undefined;
}

/** The numbers of a series' episodes, by episode id. A number that is taken goes to the next one, in the order of the ids. */
export function episodeNumbers(series: Numbered, ids: readonly string[]): Map<string, number> {
  const base = seriesPart(series) * EPISODES_OF_SERIES;
  const taken = new Set<number>();
  const numbers = new Map<string, number>();
  for (const id of [...new Set(ids)].sort()) {
    let place = Number.parseInt(md5(id).slice(0, 5), 16);
    while (taken.has(place)) place = (place + 1) % EPISODES_OF_SERIES;
    taken.add(place);
    numbers.set(id, base + place);
  }
  return numbers;
}

/** Where the series of an episode's number is found: under its external id, or by 31 bits of the MD5 of its id, which several may share. */
export function seriesOfEpisode(number: number): { externalId: string } | { shortHash: number } | undefined {
  if (!Number.isSafeInteger(number) || number < 0) return undefined;
  const part = Math.floor(number / EPISODES_OF_SERIES);
  if (part < OWN_BELOW) return { externalId: String(part) };
  return part < 2 * OWN_BELOW ? { shortHash: part - OWN_BELOW } : undefined;
}

function seriesPart({ id, externalId }: Numbered): number {
  return (
    ownNumber(externalId) ?? OWN_BELOW + (Number.parseInt(md5(id).slice(0, SHORT_DIGITS), 16) % OWN_BELOW)
  );
}

function ownNumber(externalId: string): number | undefined {
  const number = /^(?:0|[1-9]\d{0,9})$/.test(externalId) ? Number(externalId) : OWN_BELOW;
  return number < OWN_BELOW ? number : undefined;
}

/** Nothing is kept safe by it: it spreads ids over numbers, and Postgres has it too. */
function md5(text: string): string {
  return hash('md5', text, 'hex');
}
