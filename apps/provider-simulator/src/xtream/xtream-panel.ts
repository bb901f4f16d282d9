import type { Catalogue } from '../catalogue/catalogue.js';
import { playlistAnswer } from '../m3u/playlist.js';
import { jsonAnswer, notFoundPage, textAnswer, type Answer } from '../server/answer.js';
import type { ProtocolCall, ProviderProtocol } from '../server/protocol-call.js';
import type { ProviderRequest } from '../server/provider-request.js';
import { accountAnswer, categoriesAnswer, refusedAnswer } from './account-answers.js';
import { seriesInfo, vodInfo } from './detail-answers.js';
import { streamList } from './stream-list.js';

type Handler = (catalogue: Catalogue, query: URLSearchParams) => Answer;

const ACTIONS: Record<string, Handler> = {
  get_live_categories: (catalogue) => categoriesAnswer(catalogue, 'channel'),
  get_vod_categories: (catalogue) => categoriesAnswer(catalogue, 'movie'),
  get_series_categories: (catalogue) => categoriesAnswer(catalogue, 'series'),
  get_live_streams: (catalogue, query) => streamList(catalogue, 'channel', query),
  get_vod_streams: (catalogue, query) => streamList(catalogue, 'movie', query),
  get_series: (catalogue, query) => streamList(catalogue, 'series', query),
  get_vod_info: (catalogue, query) => vodInfo(catalogue, query.get('vod_id') ?? ''),
  get_series_info: (catalogue, query) =>
    seriesInfo(catalogue, query.get('series_id') ?? query.get('series') ?? ''),
  get_short_epg: () => jsonAnswer({ epg_listings: [] }),
  get_simple_data_table: () => jsonAnswer({ epg_listings: [] }),
};

/** An Xtream Codes panel over a catalogue: `player_api.php`, `get.php`, `xmltv.php`. */
export class XtreamPanel implements ProviderProtocol {
  constructor(private readonly catalogue: Catalogue) {}

  read(request: ProviderRequest): ProtocolCall | undefined {
    const { path, query } = request;
    if (path === 'player_api.php' || path === 'panel_api.php') {
      const asked = path === 'player_api.php' ? (query.get('action') ?? '') : '';
      const action = asked === '' ? 'account' : asked;
      return this.#call(action, refusedAnswer, () => {
        if (!this.#isKnown(query)) return refusedAnswer();
        const handler = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
        return handler?.(this.catalogue, query) ?? accountAnswer(this.catalogue, request.baseUrl, Date.now());
      });
    }
    if (path === 'get.php' || path === 'xmltv.php') {
      return this.#call(path, notFoundPage, () => {
        if (!this.#isKnown(query)) return notFoundPage();
        return path === 'xmltv.php' ? EMPTY_GUIDE : playlistAnswer(this.catalogue, request.baseUrl);
      });
    }
    return undefined;
  }

  /** A panel has no sessions: a lost one is refused once. */
  #call(action: string, refusal: () => Answer, answer: () => Answer): ProtocolCall {
    return { requested: { protocol: 'xtream', action }, answer, refusal, endSession: () => undefined };
  }

  #isKnown(query: URLSearchParams): boolean {
    const { username, password } = this.catalogue.config.account;
    return query.get('username') === username && query.get('password') === password;
  }
}

const EMPTY_GUIDE = textAnswer('<?xml version="1.0" encoding="utf-8" ?><tv></tv>', 200, 'application/xml');
