import { hexText, mix, mixText } from './seeded.js';

/** The two families behind the word "Stalker": a real Ministra portal, and an Xtream panel that answers the same calls. */
export const PROFILES = ['genuine', 'panel'] as const;
export type Profile = (typeof PROFILES)[number];

/** What a subscriber has: the same account opens the portal, the panel and the playlist. */
export interface Account {
  username: string;
  password: string;
  /** `00:1A:79:XX:XX:XX`, upper case. */
  mac: string;
}

/** Everything a catalogue is computed from. The same values give the same bytes, also after a restart. */
export interface CatalogueConfig {
  /** First segment of every URL of the catalogue. */
  name: string;
  seed: number;
  movies: number;
  series: number;
  channels: number;
  /** Categories of movies, and of a genuine portal's whole VOD list. */
  vodCategories: number;
  /** Categories of series where they are listed apart; at most `vodCategories`. */
  seriesCategories: number;
  liveCategories: number;
  profile: Profile;
  /** Rows of a Stalker page. */
  pageSize: number;
  /** Milliseconds from a request to its answer's first byte. */
  latencyMs: number;
  /** Unix seconds of version 0: no row's date depends on the clock. A version is a day. */
  epoch: number;
  account: Account;
  /** Genuine: the first device ids a client sends are the only ones it may ever send. */
  pinDevice: boolean;
  /** Genuine: `get_profile` asks for the account's login (`do_auth`) first. */
  requireLogin: boolean;
}

/** What a creation names; the rest gets a default. */
export type CatalogueRequest = { name: string } & Partial<Omit<CatalogueConfig, 'name' | 'account'>> & {
    account?: Partial<Account>;
  };

/** Items of one kind at most: ids and sort keys are laid out for it. */
export const MAX_ITEMS_PER_KIND = 2_000_000;
/** 2026-01-01T00:00:00Z. */
const DEFAULT_EPOCH = 1_767_225_600;

/** Fills in what a creation left out: 83,183 VOD items (5,942 pages of 14) in 63 categories, 3,000 channels in 40 genres. */
export function completeConfig(request: CatalogueRequest): CatalogueConfig {
  const seed = (request.seed ?? 1) >>> 0;
  const vodCategories = request.vodCategories ?? 63;
  return {
    name: request.name,
    seed,
    movies: request.movies ?? 75_000,
    series: request.series ?? 8_183,
    channels: request.channels ?? 3_000,
    vodCategories,
    seriesCategories: Math.min(request.seriesCategories ?? 21, vodCategories),
    liveCategories: request.liveCategories ?? 40,
    profile: request.profile ?? 'genuine',
    pageSize: request.pageSize ?? 14,
    latencyMs: request.latencyMs ?? 0,
    epoch: request.epoch ?? DEFAULT_EPOCH,
    account: { ...defaultAccount(mixText(seed, request.name)), ...definedOnly(request.account) },
    pinDevice: request.pinDevice ?? false,
    requireLogin: request.requireLogin ?? false,
  };
}

function defaultAccount(seed: number): Account {
  const tail = hexText(mix(seed, 3), 6).toUpperCase();
  return {
    username: `viewer-${hexText(mix(seed, 1), 6)}`,
    password: `pw-${hexText(mix(seed, 2), 12)}`,
    mac: `00:1A:79:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`,
  };
}

function definedOnly(account: Partial<Account> = {}): Partial<Account> {
  const given = Object.entries(account).filter(([, value]) => value !== undefined);
  const { mac, ...rest } = Object.fromEntries(given) as Partial<Account>;
  return mac === undefined ? rest : { ...rest, mac: mac.toUpperCase() };
}
