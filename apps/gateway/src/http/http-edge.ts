import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveDashboard } from '../dashboard/dashboard-pages.js';
import { serveApiDocs } from '../openapi/api-docs.js';
import { createValidationPipe } from '../problem/validation.pipe.js';
import { ProblemFilter } from '../problem/problem.filter.js';
import { refuseOtherSites, SECURITY_HEADERS } from '../security/browser-protection.js';
import { SnapshotPolls } from '../snapshots/snapshot-polls.js';
import { AllowedMethods } from './allowed-methods.js';
import { HttpMetrics } from './http-metrics.js';
import { closeConnectionsOnceIdle } from './idle-connections.js';
import { readJsonOnly } from './json-body.js';

/** Everything between the socket and the controllers. Called once, before the application listens. */
export function configureHttpEdge(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const allowedMethods = app.get(AllowedMethods);
  const metrics = app.get(HttpMetrics);
  const securityHeaders = Object.entries(SECURITY_HEADERS);

  fastify.addHook('onRoute', (route) => allowedMethods.add(route.url, route.method));
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    void reply.header('x-request-id', request.id);
    // The dashboard's pages have a policy of their own.
    for (const [name, value] of securityHeaders) if (!reply.hasHeader(name)) void reply.header(name, value);
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.observe(request, reply);
    done();
  });
  closeConnectionsOnceIdle(app);
  app.get(SnapshotPolls).putBefore(app);
  readJsonOnly(app);
  refuseOtherSites(app);
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(allowedMethods));
  serveApiDocs(app);
  serveDashboard(app);
}
