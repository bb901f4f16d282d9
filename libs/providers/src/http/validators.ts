import type { ResponseHeaders } from './exchange.js';
import type { RequestHeaders } from './redirects.js';

/** Headers by which a server knows a body again (RFC 9110, 8.8). */
export interface Validators {
  etag?: string;
  lastModified?: string;
}

/** A longer one is not kept: it comes back with every request, bytes. */
const MAX_LENGTH = 1_024;

/**
 * The validators of a body. None of one that ends where its connection does: a cut one cannot be told from a whole one, and what was cut
 * off would be taken for gone as long as the server finds that nothing has changed.
 */
export function validatorsOf(headers: ResponseHeaders): Validators {
  if (!saysWhereItEnds(headers)) return {};
  const etag = usable(headers['etag']);
  const lastModified = usable(headers['last-modified']);
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

/** The headers that ask for a body only if it is another than that of the validators. */
export function conditions({ etag, lastModified }: Validators): RequestHeaders {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function usable(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH ? value : undefined;
}

function saysWhereItEnds(headers: ResponseHeaders): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return typeof length === 'string' || (typeof coding === 'string' && /chunked/i.test(coding));
}
