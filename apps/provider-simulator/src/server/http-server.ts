import { createServer, type RequestListener, type Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ProviderListener } from './provider-listener.js';

const KEEP_ALIVE_MS = 60_000;

/**
 * Nest's HTTP adapter on a server whose requests are looked at first: `/control/…` is Nest's, everything else a provider's. Fastify never
 * sees the latter, because it refuses status codes above 599.
 */
export function createAdapter(providers: ProviderListener): FastifyAdapter {
  return new FastifyAdapter({
    forceCloseConnections: true,
    serverFactory: (handler: RequestListener): Server => {
      const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
        if (isControl(request.url ?? '/')) handler(request, response);
        else providers.handle(request, response);
      });
      server.requestTimeout = 0;
      return server;
    },
  });
}

function isControl(url: string): boolean {
  return url === '/control' || url.startsWith('/control/');
}
