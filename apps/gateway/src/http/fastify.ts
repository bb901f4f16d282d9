import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { PROBLEM_MEDIA_TYPE } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../problem/to-problem.js';
import { SECURITY_HEADERS } from '../security/browser-protection.js';
import { pathOf } from './request-path.js';

export const BODY_LIMIT_BYTES = 1_048_576;

/** Receiving a whole request may take this long, ms. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A connection on which nothing moves is closed after this long, ms: longer than the longest answer (a connection test) may take. */
const STALLED_CONNECTION_MS = 120_000;
const KEEP_ALIVE_MS = 72_000;

/** Ids of items and categories have up to 220 characters, each of which may be escaped as nine. */
const MAX_PARAMETER_CHARACTERS = 2_000;

const GIVEN_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Fastify with limits on everything that a client can make large or slow. */
export function createFastifyAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STALLED_CONNECTION_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // While it drains it still answers what reaches it; Fastify's own 503 is no problem answer.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_CHARACTERS },
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && GIVEN_REQUEST_ID.test(given) ? given : randomUUID();
    },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenRequest,
  });
}

/** The router's own refusals (a bad escape in the path, a path parameter that is too long) come before any filter. */
function answerFrameworkError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { body, headers } = toProblem(error, {
    method: request.method,
    path: pathOf(request.url),
    requestId: String(request.id),
  });
  void reply
    .code(body.status)
    .headers({ ...SECURITY_HEADERS, ...headers, 'x-request-id': body.requestId, 'cache-control': 'no-store' })
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .send(Buffer.from(JSON.stringify(body)));
}

/** Bytes that are not HTTP, or headers that are too large: there is no request to answer, only a socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { body } = toProblem({ statusCode: 400 }, { method: '', path: '/', requestId: randomUUID() });
  const text = JSON.stringify(body);
  socket.end(
    [
      'HTTP/1.1 400 Bad Request',
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}
