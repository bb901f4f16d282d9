import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { applyEffect } from '../faults/effects/effect-table.js';
import type { CatalogueRegistry } from '../registry/catalogue-registry.js';
import type { SimulatedProvider } from '../simulated-provider.js';
import { notFoundPage } from './answer.js';
import { writeAnswer } from './answer-writer.js';
import { readForm } from './form-body.js';
import type { ProtocolCall } from './protocol-call.js';
import type { ProviderRequest } from './provider-request.js';

/** Answers what providers are asked, straight on Node's HTTP server: no framework stands between a fault and the wire. */
export class ProviderListener {
  constructor(private readonly registry: CatalogueRegistry) {}

  /** Takes a request over. Never rejects: what goes wrong here breaks the connection, as on a provider. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { name, path, search } = splitUrl(incoming.url ?? '/');
    const provider = this.registry.find(name);
    if (provider === undefined) return void (await writeAnswer(response, notFoundPage()));
    const query = new URLSearchParams(search);
    if (incoming.method === 'POST')
      for (const [key, value] of await readForm(incoming)) query.set(key, value);
    const request: ProviderRequest = {
      method: incoming.method ?? 'GET',
      path,
      query,
      headers: incoming.headers,
      baseUrl: `http://${incoming.headers.host ?? 'localhost'}/${name}`,
    };
    const call = provider.read(request);
    if (call === undefined) return void (await writeAnswer(response, notFoundPage()));
    await serve(provider, call, request, response);
  }
}

async function serve(
  provider: SimulatedProvider,
  call: ProtocolCall,
  request: ProviderRequest,
  response: ServerResponse,
): Promise<void> {
  const { ledger, faults, catalogue } = provider;
  ledger.arrived(call.requested, performance.now());
  response.once('close', () => {
    ledger.left(response.headersSent ? response.statusCode : 0, response.writableFinished);
  });
  const effect = faults.take(call.requested);
  if (catalogue.config.latencyMs > 0) await delay(catalogue.config.latencyMs);
  const outcome =
    effect === undefined
      ? { answer: call.answer() }
      : applyEffect(effect, {
          response,
          answer: () => call.answer(),
          endSession: () => call.endSession(),
          refusal: () => call.refusal(),
        });
  if (outcome === undefined) return;
  if (outcome.delayMs !== undefined) await delay(outcome.delayMs);
  if (response.destroyed) return;
  const answer = request.method === 'HEAD' ? { ...outcome.answer, body: '' } : outcome.answer;
  ledger.sent(await writeAnswer(response, answer, outcome.transfer));
}

/** `/<name>/<path>?<search>`, without the cost of a URL object. */
function splitUrl(url: string): { name: string; path: string; search: string } {
  const mark = url.indexOf('?');
  const pathname = mark < 0 ? url : url.slice(0, mark);
  const slash = pathname.indexOf('/', 1);
  return {
    name: slash < 0 ? pathname.slice(1) : pathname.slice(1, slash),
    path: slash < 0 ? '' : pathname.slice(slash + 1),
    search: mark < 0 ? '' : url.slice(mark + 1),
  };
}
