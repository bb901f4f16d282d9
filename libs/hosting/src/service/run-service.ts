import 'reflect-metadata';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { HealthServer, metrics, redact } from '@catalogue-sync/observability';
import { Logger } from 'nestjs-pino';
import type { BaseConfig } from '../config/base.config.js';
import { ConfigError } from '../config/config.error.js';
import { loadConfig } from '../config/load-config.js';
import { ServiceRootModule } from './service-root.module.js';
import { onShutdown } from './shutdown.js';
import { WorkerAdapter } from './worker.adapter.js';

/** What `setup` may use besides the application. */
export interface ServiceContext<Config extends BaseConfig> {
  config: Config;
  /** Add readiness checks here; it is there even when no health port is set. */
  health: HealthServer;
}

/** Extra fields of the `ready` message, such as a URL. */
export type ReadyInfo = Record<string, string | number | boolean | undefined>;

export interface ServiceDefinition<Config extends BaseConfig> {
  /** Short name, in lower case: logs, metrics and the `ready` message carry it. */
  name: string;
  /** The loaded config, or its class to be loaded here. */
  config: Config | (new () => Config);
  /** The root module, or what makes it from the config. Nest may still be waiting: open connections in here. */
  module: ServiceModule | { create: (config: Config) => ServiceModule | Promise<ServiceModule> };
  /** Connects microservices and adds checks, before any module's init hook and before anything listens. */
  setup?: (app: INestApplication, context: ServiceContext<Config>) => void | Promise<void>;
  /** Makes the service listen for HTTP; without it, it is a worker. */
  http?: {
    adapter: AbstractHttpAdapter;
    listen: (config: Config) => { port: number; host: string };
  };
  /** Runs when everything is up: what it answers goes into the `ready` message. */
  started?: (app: INestApplication, config: Config) => ReadyInfo | Promise<ReadyInfo>;
  /** Closes what was opened outside of Nest, after the application has been closed. */
  close?: () => void | Promise<void>;
}

export type ServiceModule = Type<unknown> | DynamicModule;

/** A running service, for `main.ts` and for tests that run one in their own process. */
export interface RunningService {
  app: INestApplication;
  /** Port of the health server, where one was started. */
  healthPort?: number;
  /** Drains and closes; any number of calls do it once. */
  stop: () => Promise<void>;
}

/**
 * Starts a service and keeps it until SIGTERM, SIGINT, or the parent's IPC channel closes; then it drains once, within 10 s, and exits. Order:
 * module, `setup`, init hooks, transports, HTTP, `ready`. Handlers therefore never run before the init hooks (migrations) are through.
 * A service that cannot start says why and exits with 1.
 */
export async function runService<Config extends BaseConfig>(
  definition: ServiceDefinition<Config>,
): Promise<RunningService> {
  try {
    return await start(definition);
  } catch (error) {
    await Promise.resolve(definition.close?.()).catch(() => undefined);
    if (error instanceof ConfigError) console.error(`${definition.name}: ${error.message}`);
    else
      console.error(JSON.stringify({ level: 'fatal', service: definition.name, ...describeFailure(error) }));
    process.exit(1);
  }
}

async function start<Config extends BaseConfig>(
  definition: ServiceDefinition<Config>,
): Promise<RunningService> {
  const { name } = definition;
  const config = typeof definition.config === 'function' ? loadConfig(definition.config) : definition.config;
  metrics.collectDefaults(name);
  const root = ServiceRootModule.of(name, config.LOG_LEVEL, await resolveModule(definition, config));
  const app = await NestFactory.create(root, definition.http?.adapter ?? new WorkerAdapter(), {
    bufferLogs: true,
    abortOnError: false,
  });
  const logger = app.get(Logger);
  app.useLogger(logger);
  const health = new HealthServer({ port: config.HEALTH_PORT ?? 0, host: config.HEALTH_HOST });
  const stop = once(async () => {
    health.setReady(false);
    await app.close();
    await definition.close?.();
    await health.stop();
  });
  onShutdown(
    (reason) => {
      logger.log(`Shutting down: ${reason}`, name);
      return stop();
    },
    (message) => logger.error(message, name),
  );
  try {
    await definition.setup?.(app, { config, health });
    await app.init();
    await app.startAllMicroservices();
    if (definition.http) {
      const { port, host } = definition.http.listen(config);
      await app.listen(port, host);
    }
    const healthPort = config.HEALTH_PORT === undefined ? undefined : await health.start();
    const info = (await definition.started?.(app, config)) ?? {};
    health.setReady(true);
    process.send?.({ type: 'ready', name, ...(healthPort === undefined ? {} : { healthPort }), ...info });
    logger.log(`${name} is up as ${config.REPLICA_NAME}`, name);
    return { app, ...(healthPort === undefined ? {} : { healthPort }), stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function resolveModule<Config extends BaseConfig>(
  { module }: ServiceDefinition<Config>,
  config: Config,
): Promise<ServiceModule> {
  if (typeof module === 'function' || 'module' in module) return module;
  return module.create(config);
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= task());
}

function describeFailure(error: unknown): object {
  return { msg: 'could not start', err: redact(error instanceof Error ? error : new Error(String(error))) };
}
