/** An answer before it is sent. A body in chunks is computed while it is sent and never stands in memory whole. */
export interface Answer {
  /** Any code from 200 to 999: panels invent their own. */
  status: number;
  headers: Record<string, string>;
  body: string | Iterable<string>;
  /** `latin1` where the body is known to be ASCII: it is copied instead of encoded. */
  encoding: 'latin1' | 'utf8' | 'utf16le';
  /** The body is an archive: packed before it is sent, and not as a matter of transport. */
  packed?: boolean;
  /** What a page of a list shows, as `kind:external id`. */
  items?: readonly string[];
  /** Whether it turns the client away: a wrong login, or a call without a session. */
  refused?: boolean;
}

const NO_CACHE = 'no-store, no-cache, must-revalidate';

/** JSON in the ASCII form PHP writes it. */
export function asciiJson(
  body: string | Iterable<string>,
  contentType = 'application/json',
  headers: Record<string, string> = {},
): Answer {
  return {
    status: 200,
    headers: { 'Content-Type': contentType, 'Cache-Control': NO_CACHE, ...headers },
    body,
    encoding: 'latin1',
  };
}

/** Any value as JSON; for small answers. */
export function jsonAnswer(value: unknown, contentType?: string): Answer {
  return { ...asciiJson(JSON.stringify(value), contentType), encoding: 'utf8' };
}

export function textAnswer(body: string, status = 200, contentType = 'text/html; charset=UTF-8'): Answer {
  return { status, headers: { 'Content-Type': contentType }, body, encoding: 'utf8' };
}

/** The page of a web server that knows no such path. */
export function notFoundPage(): Answer {
  return textAnswer(
    '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n' +
      '<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
    404,
    'text/html',
  );
}

export function redirect(location: string): Answer {
  return { status: 302, headers: { Location: location }, body: '', encoding: 'latin1' };
}

/** Joins small texts into chunks of about 32 KiB, so that a socket write carries many rows. */
export function* inChunks(texts: Iterable<string>, size = 32_768): Generator<string> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length >= size) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}
