import type { FastifyRequest } from 'fastify';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
const SET_BY_PROXIES = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Where the connection comes from: behind a proxy that is the proxy, for anybody can write the headers that name another. */
export function addressOf(request: FastifyRequest): string {
  return request.socket.remoteAddress ?? '';
}

/**
 * Whether a process of this machine asks for itself, and does not pass on what somebody else asks: neither a proxy, nor a browser on a
 * page whose host name was made to lead here.
 */
export function isFromThisMachine(request: FastifyRequest): boolean {
  return (
    LOOPBACK.test(addressOf(request)) &&
    LOOPBACK_NAME.test(request.headers.host ?? '') &&
    SET_BY_PROXIES.every((name) => request.headers[name] === undefined)
  );
}
