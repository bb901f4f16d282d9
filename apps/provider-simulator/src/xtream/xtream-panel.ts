import type { ItemKind } from '@catalogue-sync/contracts';
import { closedLists } from '../access/account-state.js';
import { refusalAnswer } from '../access/refusals.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { playlistAnswer } from '../m3u/playlist.js';
import { panelStream } from '../playback/panel-streams.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import type { Quirks } from '../quirks/quirks.js';
import { RowBender, type Bend } from '../rows/row-bender.js';
import { jsonAnswer, notFoundPage, textAnswer, type Answer } from '../server/answer.js';
import type { ProtocolCall, ProviderProtocol } from '../server/protocol-call.js';
import type { ProviderRequest, RequestedAction } from '../server/provider-request.js';
import { accountAnswer, categoriesAnswer, refusedAnswer } from './account-answers.js';
import { seriesInfo, vodInfo } from './detail-answers.js';
import { streamList } from './stream-list.js';

interface Scene {
  catalogue: Catalogue;
  query: URLSearchParams;
  quirks: Readonly<Quirks>;
  bend?: Bend;
}
type Handler = (scene: Scene) => Answer;

const ACTIONS: Record<string, Handler> = {
  get_live_categories: ({ catalogue }) => categoriesAnswer(catalogue, 'channel'),
  get_vod_categories: ({ catalogue }) => categoriesAnswer(catalogue, 'movie'),
  get_series_categories: ({ catalogue }) => categoriesAnswer(catalogue, 'series'),
  get_live_streams: (scene) => list(scene, 'channel'),
  get_vod_streams: (scene) => list(scene, 'movie'),
  get_series: (scene) => list(scene, 'series'),
  get_vod_info: ({ catalogue, query }) => vodInfo(catalogue, query.get('vod_id') ?? ''),
  get_series_info: ({ catalogue, query, quirks }) =>
    seriesInfo(catalogue, query.get('series_id') ?? query.get('series') ?? '', quirks.series?.info),
  get_short_epg: () => jsonAnswer({ epg_listings: [] }),
  get_simple_data_table: () => jsonAnswer({ epg_listings: [] }),
};

const LISTS = new Set(['get_live_streams', 'get_vod_streams', 'get_series']);

function list({ catalogue, query, quirks, bend }: Scene, kind: ItemKind): Answer {
  const emptyAs = quirks.listed?.emptyAs;
  return streamList(catalogue, kind, query, {
    ...(bend !== undefined && { bend }),
    ...(emptyAs !== undefined && { emptyAs }),
  });
}

/** An Xtream Codes panel over a catalogue: `player_api.php`, `get.php`, `xmltv.php`. */
export class XtreamPanel implements ProviderProtocol {
  readonly #bender: RowBender;
  #downloads = 0;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly quirks = new QuirkBook(),
  ) {
    this.#bender = new RowBender(quirks);
  }

  read(request: ProviderRequest): ProtocolCall | undefined {
    const { path, query } = request;
    if (path === 'player_api.php' || path === 'panel_api.php') {
      const asked = path === 'player_api.php' ? (query.get('action') ?? '') : '';
      const action = asked === '' ? 'account' : asked;
      const category = query.get('category_id') ?? undefined;
      return this.#call(
        { action, ...(category !== undefined && { category }) },
        () => this.#refusal(refusedAnswer),
        () => {
          if (!this.#isKnown(query)) return this.#refusal(refusedAnswer);
          const handler = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
          const now = Date.now();
          const closed = closedLists(this.quirks.now.account);
          if (closed !== undefined && Object.hasOwn(ACTIONS, action))
            return closed === 'empty' ? jsonAnswer([]) : this.#refusal(refusedAnswer);
          return (
            handler?.(this.#scene(action, query, now)) ??
            accountAnswer(this.catalogue, request.baseUrl, now, this.quirks.now.account)
          );
        },
      );
    }
    if (path === 'get.php' || path === 'xmltv.php') {
      return this.#call(
        { action: path },
        () => this.#refusal(notFoundPage),
        () => {
          if (!this.#isKnown(query) || closedLists(this.quirks.now.account) !== undefined)
            return this.#refusal(notFoundPage);
          return path === 'xmltv.php' ? EMPTY_GUIDE : this.#playlist(request.baseUrl);
        },
      );
    }
    const stream = panelStream(this.catalogue, request);
    return (
      stream &&
      this.#call(
        { action: 'stream' },
        () => this.#refusal(notFoundPage),
        () => stream,
      )
    );
  }

  /** A panel has no sessions: a lost one is refused once. */
  #call(
    requested: Omit<RequestedAction, 'protocol'>,
    refusal: () => Answer,
    answer: () => Answer,
  ): ProtocolCall {
    return { requested: { protocol: 'xtream', ...requested }, answer, refusal, endSession: () => undefined };
  }

  #scene(action: string, query: URLSearchParams, now: number): Scene {
    const bend = LISTS.has(action) ? this.#bender.next(now) : undefined;
    return { catalogue: this.catalogue, query, quirks: this.quirks.now, ...(bend !== undefined && { bend }) };
  }

  #playlist(baseUrl: string): Answer {
    this.#downloads += 1;
    return playlistAnswer(this.catalogue, baseUrl, this.quirks.now.playlist, this.#downloads);
  }

  #refusal(own: () => Answer): Answer {
    return refusalAnswer(this.quirks.now.access?.refusal, own);
  }

  #isKnown(query: URLSearchParams): boolean {
    const { username, password } = this.catalogue.config.account;
    return query.get('username') === username && query.get('password') === password;
  }
}

const EMPTY_GUIDE = textAnswer('<?xml version="1.0" encoding="utf-8" ?><tv></tv>', 200, 'application/xml');
