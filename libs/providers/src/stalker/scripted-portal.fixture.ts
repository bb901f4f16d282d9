import type { IncomingMessage, ServerResponse } from 'node:http';
import { ScriptedServer } from '../http/scripted-server.fixture.js';

export type PortalParams = Record<string, string | undefined>;

/** Answers a call itself; `undefined` leaves it to the portal. */
export type PortalOverride = (
  params: PortalParams,
  request: IncomingMessage,
  response: ServerResponse,
) => { js: unknown } | { text: string } | { status: number } | undefined;

/** When the newest row was added, ms; each row an hour after the one below it. */
export const NEWEST = Date.UTC(2026, 5, 1);

/** A small portal whose every answer a test may replace. Its newest row comes first, however one asks it to sort. */
export class ScriptedPortal {
  rows: Record<string, unknown>[];
  pageSize = 14;
  /** Path of the one endpoint. */
  endpoint = '/stalker_portal/server/load.php';
  /** Ids of the calls: `type.action`, as asked. */
  readonly calls: string[] = [];
  override: PortalOverride = () => undefined;
  /** Tokens given so far; only the last one counts. */
  tokens = 0;
  private constructor(
    readonly server: ScriptedServer,
    count: number,
  ) {
    this.rows = Array.from({ length: count }, (_, index) => ({
      id: String(count - index),
      name: `Title ${count - index}`,
      is_series: '0',
      added: new Date(NEWEST - index * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
    }));
  }

  static async start(count: number): Promise<ScriptedPortal> {
    const server = await ScriptedServer.start(() => undefined);
    const portal = new ScriptedPortal(server, count);
    server.answer = (request, response, url) => portal.serve(request, response, url);
    return portal;
  }

  get token(): string {
    return `T0KEN${this.tokens}`;
  }

  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }

  private serve(request: IncomingMessage, response: ServerResponse, url: URL): void {
    if (url.pathname !== this.endpoint) return void response.writeHead(404).end('<html>nothing here</html>');
    const params: PortalParams = Object.fromEntries(url.searchParams);
    const call = `${params['type']}.${params['action']}`;
    this.calls.push(call);
    const answer = this.override(params, request, response) ?? this.answer(call, params, request);
    if (response.writableEnded || response.headersSent) return;
    if ('status' in answer) response.writeHead(answer.status).end();
    else
      response.end(
        'text' in answer ? answer.text : JSON.stringify({ js: answer.js, text: 'generated in 0.02s' }),
      );
  }

  private answer(
    call: string,
    params: PortalParams,
    request: IncomingMessage,
  ): { js: unknown } | { text: string } {
    if (call === 'stb.handshake') {
      this.tokens++;
      return { js: { token: this.token } };
    }
    if (request.headers.authorization !== `Bearer ${this.token}`) return { text: 'Authorization failed.' };
    switch (call) {
      case 'stb.get_profile':
        return { js: { id: '1', status: 0, expire_billing_date: '2027-05-01 00:00:00' } };
      case 'itv.get_genres':
        return {
          js: [
            { id: '*', title: 'All' },
            { id: '1', title: 'News' },
          ],
        };
      case 'vod.get_categories':
        return {
          js: [
            { id: '*', title: 'All' },
            { id: '7', title: 'Drama' },
          ],
        };
      case 'itv.get_all_channels':
        return {
          js: {
            total_items: 2,
            max_page_items: 14,
            data: [
              { id: '1', name: 'One' },
              { id: '2', name: 'Two' },
            ],
          },
        };
      case 'vod.get_ordered_list':
        return { js: this.page(Number(params['p'])) };
      default:
        return { js: false };
    }
  }

  page(page: number): Record<string, unknown> {
    return {
      total_items: String(this.rows.length),
      max_page_items: this.pageSize,
      selected_item: 0,
      cur_page: 0,
      data: this.rows.slice((page - 1) * this.pageSize, page * this.pageSize),
    };
  }
}
