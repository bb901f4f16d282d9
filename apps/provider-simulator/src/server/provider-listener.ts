import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { agentRefusal } from '../access/agent-filter.js';
import type { FaultOutcome, FaultScene } from '../faults/effects/effect.js';
import { applyEffect } from '../faults/effects/effect-table.js';
import type { TransportQuirks } from '../quirks/access.quirks.js';
import type { CatalogueRegistry } from '../registry/catalogue-registry.js';
import type { SimulatedProvider } from '../simulated-provider.js';
import { notFoundPage, type Answer } from './answer.js';
import { writeAnswer, type Transfer } from './answer-writer.js';
import { readForm } from './form-body.js';
import type { ProtocolCall } from './protocol-call.js';
import { headerText, type ProviderRequest } from './provider-request.js';

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
      url: incoming.url ?? '/',
      path,
      query,
      headers: incoming.headers,
      baseUrl: `http://${incoming.headers.host ?? 'localhost'}/${name}`,
    };
    const call = provider.read(request);
    if (call === undefined) return void (await writeAnswer(response, notFoundPage()));
    await this.#serve(provider, call, request, response);
  }

  async #serve(
    provider: SimulatedProvider,
    call: ProtocolCall,
    request: ProviderRequest,
    response: ServerResponse,
  ): Promise<void> {
    const { ledger, faults, catalogue, quirks, limiter } = provider;
    const { headers } = request;
    const arrivedAt = performance.now();
    const conditional = 'if-none-match' in headers || 'if-modified-since' in headers;
    ledger.arrived(call.requested, arrivedAt, conditional);
    response.once('close', () => {
      ledger.left(response.headersSent ? response.statusCode : 0, response.writableFinished);
    });
    const agent = headers['user-agent'] ?? '';
    const turnedAway =
      limiter.refusal(performance.now(), ledger.parallel) ??
      agentRefusal(quirks.now.transport?.userAgent, agent, call.requested);
    if (turnedAway !== undefined) {
      ledger.sent(await writeAnswer(response, turnedAway));
      return;
    }
    const effect = faults.take(call.requested);
    const latencyMs = quirks.now.latencyMs ?? catalogue.config.latencyMs;
    // What it takes to make the answer is part of the latency.
    const plain: FaultOutcome = effect === undefined ? { answer: call.answer() } : undefined;
    if (latencyMs > 0) await until(arrivedAt + latencyMs);
    const outcome =
      effect === undefined ? plain : applyEffect(effect, this.#scene(provider, call, request, response));
    if (outcome === undefined) return;
    if (outcome.delayMs !== undefined) await delay(outcome.delayMs);
    if (response.destroyed) return;
    limiter.ended(outcome.answer.refused === true, performance.now());
    const answer = request.method === 'HEAD' ? { ...outcome.answer, body: '' } : outcome.answer;
    // A body in chunks is computed while it is sent: what happens after the answer must wait for its end.
    const settled = typeof answer.body === 'string';
    if (settled) outcome.afterwards?.();
    const transfer = withPacking(outcome.transfer, quirks.now.transport?.gzip, request, answer);
    ledger.sent(await writeAnswer(response, answer, transfer));
    if (!settled) outcome.afterwards?.();
  }

  #scene(
    provider: SimulatedProvider,
    call: ProtocolCall,
    request: ProviderRequest,
    response: ServerResponse,
  ): FaultScene {
    return {
      response,
      url: request.url,
      host: request.headers.host ?? '',
      answer: () => call.answer(),
      endSession: () => call.endSession(),
      refusal: () => call.refusal(),
      tomorrow: (change) => this.registry.tomorrow(provider, change),
      setQuirks: (patch) => provider.quirks.set(patch),
    };
  }
}

/** Waits for a moment of `performance.now()`, and never for less; timers alone may be a millisecond early. */
async function until(moment: number): Promise<void> {
  for (let left = moment - performance.now(); left > 0; left = moment - performance.now()) await delay(left);
}

/** A body that is packed already, or that there is none of, is left as it is. */
function withPacking(
  transfer: Transfer | undefined,
  gzip: TransportQuirks['gzip'],
  { headers, method }: ProviderRequest,
  answer: Answer,
): Transfer | undefined {
  const accepted = /\bgzip\b/.test(headerText(headers['accept-encoding']) ?? '');
  const empty = answer.status === 304 || answer.status === 204 || method === 'HEAD';
  if (answer.packed === true && !empty) return { ...transfer, gzip: 'unlabelled' };
  if (gzip === undefined || empty || answer.headers['Content-Encoding'] !== undefined) return transfer;
  if (gzip === 'asked' && !accepted) return transfer;
  return { ...transfer, gzip: gzip === 'unlabelled' ? 'unlabelled' : 'labelled' };
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
