import { CatalogueSyncError, ERROR_CODE, isProviderId, type ProviderId } from '@catalogue-sync/contracts';
import type { FastifyRequest } from 'fastify';
import type { PlayerLogin } from './player-keys.js';

export const STREAM_FOLDER = { channel: 'live', movie: 'movie', series: 'series' } as const;

/** The provider of an address. Throws `provider-not-found` for what cannot be one. */
export function readProvider(id: string | undefined): ProviderId {
  if (isProviderId(id)) return id;
  throw new CatalogueSyncError(
    ERROR_CODE.providerNotFound,
    'There is no such provider. Its id stands in the address, behind /xtream/ or /playlist/.',
  );
}

/** Where the gateway is for this caller: host and port as it wrote them, the scheme that a proxy in front says it came by. */
export function originOfRequest(request: FastifyRequest): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : request.protocol;
  return `${scheme}://${request.headers.host ?? 'localhost'}`;
}

/** A stream of ours, which leads on to the provider's when it is played. The only login in it is the player's own. */
export function streamAddress(
  origin: string,
  provider: ProviderId,
  { username, password }: PlayerLogin,
  stream: { folder: (typeof STREAM_FOLDER)[keyof typeof STREAM_FOLDER]; number: number; extension: string },
): string {
  const login = `${encodeURIComponent(username)}/${encodeURIComponent(password)}`;
  return `${origin}/xtream/${provider}/${stream.folder}/${login}/${stream.number}.${encodeURIComponent(stream.extension)}`;
}

/** An image as a player can load it; "" where there is none. */
export function imageAddress(path: string | undefined, base: string | undefined): string {
  if (path === undefined) return '';
  return URL.canParse(path, base) ? new URL(path, base).href : '';
}
