import type { INestApplication } from '@nestjs/common';
import { connectMessaging } from '@catalogue-sync/messaging';
import type { SchedulerConfig } from './scheduler.config.js';

/** The way in: requests over core NATS. */
export function connectTransports(app: INestApplication, config: SchedulerConfig): void {
  connectMessaging(app, {
    requests: { url: config.NATS_URL, queue: 'scheduler', replica: config.REPLICA_NAME },
  });
}
