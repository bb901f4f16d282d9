import { httpDate } from '../catalogue/dates.js';
import type { PlaylistQuirks } from '../quirks/playlist.quirks.js';
import { headerText, type ProviderRequest } from '../server/provider-request.js';

/** What tells one state of a file from another (RFC 9110, 8.8). */
export interface Validators {
  ETag?: string;
  'Last-Modified'?: string;
}

/** The validators of a file; the host's habit decides which, and whether they are right. `download`: another number for each request. */
export function validatorsOf(
  habit: PlaylistQuirks['validators'],
  { etag, modified, download }: { etag: string; modified: number; download: number },
): Validators {
  switch (habit) {
    case undefined:
      return { ETag: etag, 'Last-Modified': httpDate(modified) };
    case 'none':
      return {};
    case 'etag':
      return { ETag: etag };
    case 'last-modified':
      return { 'Last-Modified': httpDate(modified) };
    case 'frozen-weak-etag':
      return { ETag: 'W/"static"' };
    case 'changing-etag':
      return { ETag: `"${download}-${etag.slice(1)}` };
  }
}

/** `If-None-Match` decides where it is sent, `If-Modified-Since` otherwise (RFC 9110, 13.1); a validator that is not given matches nothing. */
export function isUnchanged(request: ProviderRequest, validators: Validators): boolean {
  const match = headerText(request.headers['if-none-match']);
  if (match !== undefined) {
    const current = bare(validators.ETag);
    return (
      current !== undefined && (match === '*' || match.split(/\s*,\s*/).some((tag) => bare(tag) === current))
    );
  }
  const since = Date.parse(headerText(request.headers['if-modified-since']) ?? '');
  return Date.parse(validators['Last-Modified'] ?? '') <= since;
}

/** Weak comparison, as for `If-None-Match`. */
function bare(tag: string | undefined): string | undefined {
  return tag?.replace(/^W\//, '');
}
