import type { PresentService } from '@catalogue-sync/contracts';
import type { INestApplication } from '@nestjs/common';
import { natsTransport } from './nats-transport.js';
import { PresenceServer } from '../presence/presence.server.js';
import { RequestErrorFilter } from '../request/request-error.filter.js';
import type { JetStreamServer } from '../server/jetstream.server.js';

export interface MessagingConnections {
  /** Handlers of events. */
  jetStream?: JetStreamServer;
  /** Handlers of requests: the NATS URL, the service's name as queue, and this replica's name, by which it answers who asks who is there. */
  requests?: { url: string; queue: PresentService; replica: string };
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
    const { url, queue, replica } = requests;
    app.connectMicroservice(natsTransport(url, queue), { inheritAppConfig: true });
    app.connectMicroservice({ strategy: new PresenceServer({ url, service: queue, replica }) });
  }
}
