import type { LoggerService } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';

/** Where a `JetStreamServer` gets messages from. */
export interface Source {
  /** For logs. */
  readonly name: string;
  /** The `@EventPattern`s it dispatches to; each must have one handler. */
  readonly patterns: readonly string[];
  start(runtime: SourceRuntime): Promise<void>;
  /** Stops pulling, waits for running handlers within bounds, acknowledges only what was settled. */
  stop(): Promise<void>;
}

/** What a server lends its sources. */
export interface SourceRuntime {
  nc: NatsConnection;
  service: string;
  log: LoggerService;
  /** Calls the handler and gives its result; rejects with what it threw. */
  dispatch(pattern: string, data: unknown, context: unknown): Promise<unknown>;
  /** Makes streams that are gone. */
  ensureStreams(): Promise<void>;
}
