import { Injectable } from '@nestjs/common';
import { metrics } from '@catalogue-sync/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Durations of answers by method, route pattern and status. */
@Injectable()
export class HttpMetrics {
  private readonly duration = metrics.histogram(
    'http_request_duration_seconds',
    'Time from request to the end of the answer, by route.',
    ['method', 'route', 'status'],
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  );

  observe(request: FastifyRequest, reply: FastifyReply): void {
    this.duration.observe(
      {
        method: request.method,
        route: request.is404 ? 'none' : (request.routeOptions.url ?? 'none'),
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
  }
}
