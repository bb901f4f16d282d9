import type { INestApplication } from '@nestjs/common';
import { natsTransport } from './nats-transport.js';
import { RequestErrorFilter } from '../request/request-error.filter.js';
import type { JetStreamServer } from '../server/jetstream.server.js';

export interface MessagingConnections {
  /** Handlers of events. */
  jetStream?: JetStreamServer;
  /** Handlers of requests: the NATS URL, and the service's name as queue. */
  requests?: { url: string; queue: string };
}

/**
 * Connects a service's transports and gives them the filter by which errors of request handlers travel as `ErrorBody` and those of event
 * handlers reach their source unmasked. Call it once, before the application starts; Nest binds filters when a transport is connected.
 */
export function connectMessaging(app: INestApplication, connections: MessagingConnections): void {
  app.useGlobalFilters(new RequestErrorFilter());
  const { jetStream, requests } = connections;
  if (jetStream) app.connectMicroservice({ strategy: jetStream }, { inheritAppConfig: true });
  if (requests) {
    app.connectMicroservice(natsTransport(requests.url, requests.queue), { inheritAppConfig: true });
  }
}
