import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const LOOK_EVERY_MS = 100;

/**
 * Lets a closing server end with its last answer. Node closes those connections that are idle when the closing begins; one whose answer ends later
 * would keep the server open until its keep-alive runs out.
 */
export function closeConnectionsOnceIdle(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preClose', (done) => {
    const looking = setInterval(() => fastify.server.closeIdleConnections(), LOOK_EVERY_MS);
    fastify.server.once('close', () => clearInterval(looking));
    looking.unref();
    done();
  });
}
