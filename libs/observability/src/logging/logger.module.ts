import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { redact, redactUrls } from './redact.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * JSON lines on stdout, each with the service's name, secrets cut out (see `redact`). Requests and messages are not logged one by one:
 * a sync is thousands of them, and counts belong in metrics. Global: inject nestjs-pino's `PinoLogger`, or use Nest's `Logger`.
 */
export function createLoggerModule(service: string, level: LogLevel): DynamicModule {
  return LoggerModule.forRoot({
    pinoHttp: {
      level,
      base: { service, pid: process.pid },
      autoLogging: false,
      quietReqLogger: true,
      formatters: {
        level: (label) => ({ level: label }),
        log: (record) => redact(record) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          const cleaned = args.map((arg: unknown) => (typeof arg === 'string' ? redactUrls(arg) : arg));
          method.apply(this, cleaned as typeof args);
        },
      },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
    },
  });
}
