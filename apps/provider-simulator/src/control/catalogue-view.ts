import type { ItemKind } from '@catalogue-sync/contracts';
import type { Account, Profile } from '../catalogue/catalogue-config.js';
import type { Catalogue } from '../catalogue/catalogue.js';

/** A catalogue as the control API tells of it. */
export interface CatalogueView {
  name: string;
  version: number;
  profile: Profile;
  totals: { movies: number; series: number; channels: number; categories: number };
  /** Length of each category list. A genuine portal lists movies and series in the first. */
  categories: { vod: number; series: number; live: number };
  pageSize: number;
  /** Pages of the whole VOD list; on a panel those of both its lists. */
  stalkerPages: number;
  account: Account;
  urls: {
    /** What a user of the portal has. */
    stalker: string;
    stalkerEndpoint: string;
    /** Base URL of the panel. */
    xtream: string;
    /** Playlist of a static host, with validators. */
    m3u: string;
    /** Playlist of the panel. */
    m3uPlus: string;
  };
}

/** `origin`: scheme, host and port as the client called them. */
export function viewOf(catalogue: Catalogue, origin: string): CatalogueView {
  const { config } = catalogue;
  const live = (kind: ItemKind) => catalogue.population(kind).liveCount;
  const pages = (rows: number) => Math.ceil(rows / config.pageSize);
  const panel = config.profile === 'panel';
  const base = `${origin}/${config.name}`;
  const credentials = new URLSearchParams({
    username: config.account.username,
    password: config.account.password,
  });
  const categories = {
    vod: config.vodCategories,
    series: config.seriesCategories,
    live: config.liveCategories,
  };
  return {
    name: config.name,
    version: catalogue.version,
    profile: config.profile,
    totals: {
      movies: live('movie'),
      series: live('series'),
      channels: live('channel'),
      categories: categories.vod + categories.series + categories.live,
    },
    categories,
    pageSize: config.pageSize,
    stalkerPages: panel
      ? pages(live('movie')) + pages(live('series'))
      : pages(live('movie') + live('series')),
    account: config.account,
    urls: {
      stalker: `${base}/c/`,
      stalkerEndpoint: `${base}/${panel ? 'portal.php' : 'server/load.php'}`,
      xtream: base,
      m3u: `${base}/playlist.m3u`,
      m3uPlus: `${base}/get.php?${credentials.toString()}&type=m3u_plus&output=ts`,
    },
  };
}
