import { closedLists } from '../access/account-state.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { PortalLinks } from '../playback/portal-links.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import { notFoundPage, redirect, textAnswer, type Answer } from '../server/answer.js';
import type { ProtocolCall, ProviderProtocol } from '../server/protocol-call.js';
import type { ProviderRequest, RequestedAction } from '../server/provider-request.js';
import { accountInfo } from './account-answers.js';
import { categoryRows } from './category-rows.js';
import { ChannelList } from './channel-list.js';
import { envelope, envelopeOf, streamedEnvelope } from './envelope.js';
import { GenuineSession } from './genuine-session.js';
import { GuardedSession } from './guarded-session.js';
import { pageNumber } from './page.js';
import { PanelSession } from './panel-session.js';
import type { StalkerSession } from './stalker-session.js';
import { VodList, type ServedPage } from './vod-list.js';

type Handler = (request: ProviderRequest) => Answer;

/** A Stalker portal of either family over a catalogue. Page of the device: `c/`; endpoint: `server/load.php`, and `portal.php` on panels. */
export class StalkerPortal implements ProviderProtocol {
  readonly #session: StalkerSession;
  readonly #open: Record<string, Handler>;
  readonly #guarded: Record<string, Handler>;
  readonly #links: PortalLinks;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly quirks = new QuirkBook(),
  ) {
    const { config } = catalogue;
    const own = config.profile === 'genuine' ? new GenuineSession(config) : new PanelSession(config);
    const session = new GuardedSession(own, quirks);
    const vod = new VodList(catalogue, quirks);
    const channels = new ChannelList(catalogue, quirks);
    const links = new PortalLinks(catalogue);
    this.#links = links;
    this.#session = session;
    this.#open = {
      'stb.handshake': (request) => session.handshake(request),
      'stb.get_profile': (request) => session.getProfile(request),
      'stb.do_auth': (request) => session.doAuth(request),
      'stb.get_localization': () => envelopeOf({}),
    };
    this.#guarded = {
      'vod.get_categories': () => envelope(categoryRows(catalogue, 'movie')),
      'vod.get_ordered_list': ({ query }) => page(vod.serve('vod', query, Date.now())),
      'vod.create_link': (request) => envelopeOf(links.link(request)),
      'itv.get_genres': () => envelope(categoryRows(catalogue, 'channel')),
      'itv.get_ordered_list': ({ query }) => page(channels.serve(query, Date.now())),
      'itv.get_all_channels': () => streamedEnvelope(channels.all(Date.now())),
      'itv.create_link': (request) => envelopeOf(links.link(request)),
      'account_info.get_main_info': () => envelopeOf(accountInfo(config, quirks.now.account)),
      'watchdog.get_events': () => envelopeOf({ data: { msgs: 0, additional_services_on: '1' } }),
      ...(config.profile === 'panel' && {
        'series.get_categories': () => envelope(categoryRows(catalogue, 'series')),
        'series.get_ordered_list': ({ query }: ProviderRequest) =>
          page(vod.serve('series', query, Date.now())),
      }),
    };
  }

  read(request: ProviderRequest): ProtocolCall | undefined {
    const { path, query } = request;
    const call = (requested: RequestedAction, answer: () => Answer): ProtocolCall => ({
      requested,
      answer,
      endSession: () => this.#session.end(),
      refusal: () => this.#session.refusal(),
    });
    const page = { protocol: 'stalker', action: 'page' } as const;
    if (path === '' || path === 'c') return call(page, () => redirect(`${request.baseUrl}/c/`));
    if (path === 'c/' || path === 'c/index.html') return call(page, () => textAnswer(PORTAL_PAGE));
    const stream = this.#links.stream(request);
    if (stream !== undefined) return call({ protocol: 'stalker', action: 'stream' }, () => stream);
    if (path !== 'server/load.php' && path !== 'portal.php') return undefined;
    if (path === 'portal.php' && this.catalogue.config.profile === 'genuine') return call(page, notFoundPage);
    const action = `${query.get('type') ?? ''}.${query.get('action') ?? ''}`;
    return call(requestedAction(action, query), () => this.#answer(action, request));
  }

  #answer(action: string, request: ProviderRequest): Answer {
    const open = this.#open[action];
    if (open !== undefined) return open(request);
    if (!this.#session.isOpen(request)) return this.#session.refusal();
    if (closedLists(this.quirks.now.account) === 'empty' && /\.get_(ordered_list|all_channels)$/.test(action))
      return envelope(EMPTY_PAGE);
    return this.#guarded[action]?.(request) ?? envelope('false');
  }
}

function page({ json, items }: ServedPage): Answer {
  return { ...envelope(json), items };
}

function requestedAction(action: string, query: URLSearchParams): RequestedAction {
  const requested: RequestedAction = { protocol: 'stalker', action };
  if (!action.endsWith('.get_ordered_list')) return requested;
  const page = pageNumber(query.get('p'));
  const list = ['category', 'genre', 'sortby', 'search', 'movie_id', 'season_id', 'episode_id'].map(
    (key) => query.get(key) ?? '',
  );
  const category = query.get(action.startsWith('itv.') ? 'genre' : 'category') ?? '*';
  return {
    ...requested,
    page,
    pageKey: `${action} ${list.join(' ')} ${page}`,
    ...(category !== '*' && category !== '' && { category }),
  };
}

const EMPTY_PAGE = '{"total_items":0,"max_page_items":14,"selected_item":0,"cur_page":0,"data":[]}';

const PORTAL_PAGE =
  '<!DOCTYPE html><html><head><title>Portal</title><script src="xpcom.common.js"></script></head><body></body></html>';
