import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';
import { isObservable, lastValueFrom } from 'rxjs';
import { provisionStreams } from '../provision/streams.js';
import { backoffMs } from './backoff.js';
import { assertRoutes } from './assert-routes.js';
import { unwrapFailure } from './handler-failure.js';
import type { Source, SourceRuntime } from './source.js';

/** The transport of `@EventPattern(TYPE, JETSTREAM)` handlers. */
export const JETSTREAM = Symbol('JETSTREAM');

export interface JetStreamServerOptions {
  /** Stays open when the server closes: whoever opened it closes it afterwards. */
  connection: NatsConnection;
  /** Names the service in dead letters and logs. */
  service: string;
  sources: readonly Source[];
  /** Copies of each stream in a NATS cluster. */
  streamReplicas?: number;
}

const PROVISION_ATTEMPTS = 20;

/**
 * Nest's server for JetStream: sources pull messages, handlers are found by pattern, and what becomes of a message is settled by its source
 * after the handler's promise (and what it names as `settled`) has resolved. At boot it makes the streams, and refuses a
 * pattern with no handler or two, and a handler that no source feeds.
 */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM;
  /** Sources judge failures themselves: Nest must not swallow them. */
  override readonly propagatesEventHandlerErrors = true;
  private closing?: Promise<void>;

  constructor(private readonly options: JetStreamServerOptions) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      assertRoutes(this.options.service, this.options.sources, this.messageHandlers);
      await this.provisionPatiently();
      const runtime: SourceRuntime = {
        nc: this.options.connection,
        service: this.options.service,
        log: this.logger,
        dispatch: (pattern, data, context) => this.dispatch(pattern, data, context),
        ensureStreams: () => this.provision(),
      };
      for (const source of this.options.sources) await source.start(runtime);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Nest calls it from its signal hook and from `app.close()`: it does its work once. */
  close(): Promise<void> {
    return (this.closing ??= this.stopSources());
  }

  override on(): void {
    // Nothing is emitted: sources log what happens to them.
  }

  override unwrap<T>(): T {
    return this.options.connection as T;
  }

  private async stopSources(): Promise<void> {
    await Promise.all(this.options.sources.map((source) => source.stop()));
  }

  private async dispatch(pattern: string, data: unknown, context: unknown): Promise<unknown> {
    const handler = this.messageHandlers.get(pattern);
    if (!handler) throw new Error(`No handler for ${pattern}`);
    try {
      const result: unknown = await handler(data, context);
      // Nest hands back failures, and the results of interceptors, as Observables.
      return isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result;
    } catch (failure) {
      throw unwrapFailure(failure);
    }
  }

  private provision(): Promise<void> {
    return provisionStreams(this.options.connection, { replicas: this.options.streamReplicas });
  }

  /** A server that has just started may not have JetStream up yet. */
  private async provisionPatiently(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.provision();
      } catch (error) {
        if (attempt >= PROVISION_ATTEMPTS || this.closing) throw error;
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, 50, 1_000)));
      }
    }
  }
}
