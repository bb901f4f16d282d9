import type { IncomingHttpHeaders } from 'node:http';
import type { Protocol } from '@catalogue-sync/contracts';

/** A request to one provider, read as far as every protocol needs it. */
export interface ProviderRequest {
  method: string;
  /** As it was sent: path and query. */
  url: string;
  /** Path below the catalogue's name, without a leading slash: `server/load.php`. */
  path: string;
  /** Query parameters; those of a form body, where one was sent, win. */
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** `http://host:port/<name>` as the client called it. */
  baseUrl: string;
}

/** What a request asks for: the name that ledger and faults know it by. */
export interface RequestedAction {
  protocol: Protocol;
  /** The protocol's own name of the call: `vod.get_ordered_list`, `get_vod_streams`, `get.php`. */
  action: string;
  /** The page asked for, where the call is paged. */
  page?: number;
  /** The provider's id of the category (or genre) that a list is asked for; absent where it is asked for all. */
  category?: string;
  /** Same key = the same page of the same list, for counting repeats. Absent for calls without pages. */
  pageKey?: string;
}

/** The value of one cookie, percent-decoded; undefined when absent or broken. */
export function cookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (part.slice(0, equals).trim() === name) return decoded(part.slice(equals + 1).trim());
  }
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The token of an `Authorization: Bearer` header; "" when there is none. */
export function bearerToken(headers: IncomingHttpHeaders): string {
  return /^Bearer\s+(.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim() ?? '';
}

/** The value of a repeatable header as one text. */
export function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
