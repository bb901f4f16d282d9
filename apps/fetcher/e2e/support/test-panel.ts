import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export const PANEL_USER = 'viewer-of-tests';
export const PANEL_PASSWORD = 'pa55-of-tests';

const LISTS: Record<string, 'live' | 'movie' | 'series'> = {
  get_live_streams: 'live',
  get_vod_streams: 'movie',
  get_series: 'series',
};

/** A gate in the middle of an answer. */
export interface Hold {
  /** Resolves when half of the body is sent. */
  reached: Promise<void>;
  /** Resolves when the client has closed the connection. */
  closed: Promise<void>;
  release(): void;
}

/** A small Xtream panel over real HTTP: as many rows as it is told, and the faults that a test wants. */
export class TestPanel {
  readonly rows = { live: 20, movie: 50, series: 10 };
  /** Actions that were asked for, in order; the login is ''. */
  readonly asked: string[] = [];
  /** Actions that answer with this status. */
  readonly failing = new Map<string, number>();
  /** Actions of which so many answers end in the middle, as if they were whole. */
  readonly cutting = new Map<string, number>();
  private readonly holds = new Map<
    string,
    { reach: () => void; close: () => void; released: Promise<void> }
  >();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TestPanel> {
    const server = createServer();
    const panel = new TestPanel(server);
    server.on('request', (request, response) => {
      panel.answer(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return panel;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Holds the next answer to `action` when half of it is sent. */
  hold(action: string): Hold {
    const reached = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.holds.set(action, { reach: reached.resolve, close: closed.resolve, released: released.promise });
    return { reached: reached.promise, closed: closed.promise, release: released.resolve };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URL(request.url ?? '/', this.url).searchParams;
    const action = query.get('action') ?? '';
    this.asked.push(action);
    const status = this.failing.get(action);
    if (status !== undefined) {
      response.writeHead(status).end();
      return;
    }
    const known = query.get('username') === PANEL_USER && query.get('password') === PANEL_PASSWORD;
    response.writeHead(200, { 'content-type': 'application/json' });
    await this.send(action, JSON.stringify(this.bodyOf(action, known)), response);
  }

  private async send(action: string, body: string, response: ServerResponse): Promise<void> {
    const cuts = this.cutting.get(action) ?? 0;
    if (cuts > 0) {
      this.cutting.set(action, cuts - 1);
      response.end(body.slice(0, body.length / 2));
      return;
    }
    const hold = this.holds.get(action);
    if (hold) {
      this.holds.delete(action);
      response.once('close', hold.close);
      response.write(body.slice(0, body.length / 2));
      hold.reach();
      await hold.released;
      response.end(body.slice(body.length / 2));
      return;
    }
    response.end(body);
  }

  private bodyOf(action: string, known: boolean): unknown {
    if (!known) return { user_info: { auth: 0 } };
    if (action === '') {
      return {
        user_info: { username: PANEL_USER, password: PANEL_PASSWORD, auth: 1, status: 'Active' },
        server_info: { url: '127.0.0.1', port: '80', server_protocol: 'http' },
      };
    }
    if (action.endsWith('_categories')) return [{ category_id: '1', category_name: 'All', parent_id: 0 }];
    const list = LISTS[action];
    return list ? Array.from({ length: this.rows[list] }, (_, index) => rowOf(list, index + 1)) : [];
  }
}

/** About 1 kB, like a real panel's row. */
function rowOf(list: 'live' | 'movie' | 'series', number: number): object {
  const id = list === 'series' ? { series_id: number } : { stream_id: number };
  return {
    num: number,
    name: `${list} ${number}`,
    ...id,
    category_id: '1',
    added: '1700000000',
    plot: 'x'.repeat(800),
    // A panel that puts the account into its rows: this must not get through.
    direct_source: `http://127.0.0.1/${list}/${PANEL_USER}/${PANEL_PASSWORD}/${number}.ts`,
  };
}
