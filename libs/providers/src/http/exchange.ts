import type { Dispatcher } from 'undici';
import type { RequestHeaders } from './redirects.js';

export type ResponseHeaders = Record<string, string | string[] | undefined>;

/** Takes a body's chunks in order. A promise holds the sender back until it settles; a rejection ends the exchange. */
export interface BodySink {
  write(chunk: Buffer): void | Promise<void>;
}

export interface ExchangeOptions {
  url: URL;
  headers: RequestHeaders;
  signal: AbortSignal;
  /** Nothing is sent for this long before the first header, ms. */
  headersTimeoutMs: number;
  /** Nothing of the body is sent for this long, ms. */
  idleTimeoutMs: number;
  /** Called when status and headers are there; where the body goes. */
  onHead(status: number, headers: ResponseHeaders): BodySink;
}

/**
 * One GET over a pool of kept-alive connections, without redirects, retries or decoding. Resolves when the body has arrived and the
 * sink has taken all of it. Aborting closes the socket. Uses `dispatch`, which takes half the time of `request` for small bodies.
 */
export function exchange(dispatcher: Dispatcher, options: ExchangeOptions): Promise<void> {
  const { url, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    let controller: Dispatcher.DispatchController | undefined;
    let sink: BodySink | undefined;
    let pending: Promise<void> | undefined;
    let settled = false;

    const finish = (error?: unknown) => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', onAbort);
      if (error === undefined) resolve();
      else reject(error as Error);
    };
    const stop = (error: unknown) => {
      finish(error);
      controller?.abort(error instanceof Error ? error : new Error('The request was given up.'));
    };
    const onAbort = () => stop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });

    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers: options.headers,
        headersTimeout: options.headersTimeoutMs,
        bodyTimeout: options.idleTimeoutMs,
      },
      {
        onRequestStart(started) {
          controller = started;
          if (settled) started.abort(new Error('The request was given up.'));
        },
        onResponseStart(_started, status, headers) {
          if (status < 200 || settled) return;
          try {
            sink = options.onHead(status, headers);
          } catch (error) {
            stop(error);
          }
        },
        onResponseData(started, chunk) {
          if (settled || sink === undefined) return;
          try {
            const taken = sink.write(chunk);
            if (taken === undefined) return;
            started.pause();
            pending = taken.then(() => started.resume(), stop);
          } catch (error) {
            stop(error);
          }
        },
        onResponseEnd() {
          if (pending === undefined) finish();
          else pending.then(() => finish(), stop);
        },
        onResponseError(_started, error) {
          finish(error);
        },
      },
    );
  });
}
