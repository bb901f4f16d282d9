import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics } from '../metrics/metrics.js';

/** Answers true when ready; false or a throw is not ready. */
export type ReadinessCheck = () => boolean | Promise<boolean>;

const CHECK_TIMEOUT_MS = 2_000;

/** A tiny HTTP server: `/health/live`, `/health/ready` (every check must answer true within 2 s) and `/metrics`. */
export class HealthServer {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly server: Server;
  private ready = false;

  constructor(private readonly options: { port: number; host?: string }) {
    this.server = createServer({ requestTimeout: 10_000 }, (request, response) => {
      this.answer(request.url ?? '', response).catch(() => response.destroy());
    });
  }

  addCheck(name: string, check: ReadinessCheck): this {
    this.checks.set(name, check);
    return this;
  }

  /** Not ready until this was set, and no more once shutdown has begun. */
  setReady(ready: boolean): void {
    this.ready = ready;
  }

  /** Gives the port, which the system picks when the option is 0. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, this.options.host ?? '127.0.0.1', resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    switch (url.split('?')[0]) {
      case '/health/live':
        return sendJson(response, 200, { status: 'ok' });
      case '/health/ready': {
        const failing = await this.failingChecks();
        const ok = this.ready && failing.length === 0;
        return sendJson(response, ok ? 200 : 503, { status: ok ? 'ok' : 'unavailable', failing });
      }
      case '/metrics':
        response.writeHead(200, { 'content-type': metrics.registry.contentType });
        response.end(await metrics.registry.metrics());
        return;
      default:
        return sendJson(response, 404, { status: 'not-found' });
    }
  }

  private async failingChecks(): Promise<string[]> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => ((await holds(check)) ? undefined : name)),
    );
    return results.filter((name) => name !== undefined);
  }
}

async function holds(check: ReadinessCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, false);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), timeout]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
