/** Weights of an `Accept…` header by lower-case name: `gzip;q=0.5, *` gives gzip 0.5, * 1. Unreadable parts are left out. */
function weights(header: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    const weight = Number(q);
    if (name !== '' && q !== '' && weight >= 0 && weight <= 1)
      found.set(name, Math.max(weight, found.get(name) ?? 0));
  }
  return found;
}

/** Whether an `Accept` header lets the media type through. A missing header accepts all. */
export function acceptsMedia(header: string | undefined, mediaType: string): boolean {
  if (header === undefined || header.trim() === '') return true;
  const found = weights(header);
  const family = `${mediaType.slice(0, mediaType.indexOf('/'))}/*`;
  return (found.get(mediaType) ?? found.get(family) ?? found.get('*/*') ?? 0) > 0;
}

export type ContentCoding = 'gzip' | 'identity';

/**
 * Picks the form of a body that is stored as gzip (RFC 9110, 12.5.3): gzip unless the client does not name it or likes identity better;
 * undefined when it refuses both.
 */
export function pickCoding(header: string | undefined): ContentCoding | undefined {
  if (header === undefined || header.trim() === '') return 'identity';
  const found = weights(header);
  const gzip = found.get('gzip') ?? found.get('x-gzip') ?? found.get('*') ?? 0;
  const identity = found.get('identity') ?? (found.get('*') === 0 ? 0 : undefined);
  if (gzip > 0 && gzip >= (identity ?? 0)) return 'gzip';
  return identity === 0 ? undefined : 'identity';
}

/** Whether `If-None-Match` names the entity tag; by the weak comparison, as RFC 9110 asks. */
export function matchesETag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header === etag || header.trim() === '*') return true;
  return [...header.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag);
}
