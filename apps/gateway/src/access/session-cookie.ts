import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'catalogue_sync_session';
const MAX_AGE_SECONDS = 7 * 24 * 3600;
const VALUE = /^[A-Za-z0-9_-]{43}$/;

/** The session's token; undefined when the request carries none of a shape that we give out. */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const [name, value = ''] = pair.trim().split('=', 2);
    if (name === NAME && VALUE.test(value)) return value;
  }
  return undefined;
}

/**
 * Scripts cannot read it, and no other site's page makes the browser send it. `Secure` where the browser came over TLS, which a proxy in
 * front says: on plain HTTP to loopback some browsers drop such a cookie.
 */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  write(request, reply, token, MAX_AGE_SECONDS);
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  write(request, reply, '', 0);
}

function write(request: FastifyRequest, reply: FastifyReply, value: string, maxAgeSeconds: number): void {
  const overTls = request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https';
  void reply.header(
    'set-cookie',
    `${NAME}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${overTls ? '; Secure' : ''}`,
  );
}
