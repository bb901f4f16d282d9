import { DEFAULT_PROVIDER_SETTINGS, type ProviderSettings } from '@catalogue-sync/contracts';
import { LOOPBACK } from './loopback.fixture.js';
import {
  ProviderHttp,
  type DownloadTarget,
  type HttpAnswer,
  type ProviderHttpOptions,
} from './provider-http.js';
import { ScriptedServer, type Answer } from './scripted-server.fixture.js';

export const closers: (() => Promise<void>)[] = [];
/** Closes what a test opened: for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export async function server(answer: Answer): Promise<ScriptedServer> {
  const started = await ScriptedServer.start(answer);
  closers.push(() => started.stop());
  return started;
}

export function client(
  settings: Partial<ProviderSettings> = {},
  more: Partial<ProviderHttpOptions> = {},
): ProviderHttp {
  const http = new ProviderHttp({
    settings: {
      ...DEFAULT_PROVIDER_SETTINGS.xtream,
      requestsPerSecond: 10_000,
      parallelRequests: 4,
      idleTimeoutMs: 2_000,
      ...settings,
    },
    userAgent: 'Spec/1',
    allowedPrivateHosts: LOOPBACK,
    retry: { baseMs: 5, laterBaseMs: 5, maxWaitMs: 2_000 },
    ...more,
  });
  closers.push(() => http.close());
  return http;
}

export const never = new AbortController().signal;
export const text = (answer: HttpAnswer) => answer.body.toString();

export function get(
  http: ProviderHttp,
  url: string,
  headers?: Record<string, string>,
  signal = never,
): Promise<string> {
  return http.get({ url: new URL(url), signal, ...(headers === undefined ? {} : { headers }) }, text);
}

export class Collected implements DownloadTarget {
  readonly chunks: Buffer[] = [];
  ended = false;
  write(chunk: Buffer): Promise<void> {
    this.chunks.push(chunk);
    return new Promise((resolve) => setImmediate(resolve));
  }
  end(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }
  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }
}
