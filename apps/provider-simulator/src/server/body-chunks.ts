import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Answer } from './answer.js';

/** An answer's body as the bytes that travel, piece by piece; packed on the way where it is asked for. */
export function bodyChunks(answer: Answer, gzip: boolean): Iterable<Buffer> | AsyncIterable<Buffer> {
  const plain = plainChunks(answer);
  if (!gzip) return plain;
  const packed = createGzip({ level: 1 });
  // What goes wrong shows at the reader; a reader that stops early ends the source too.
  pipeline(Readable.from(plain), packed, () => undefined);
  return packed as AsyncIterable<Buffer>;
}

function* plainChunks({ body, encoding }: Answer): Generator<Buffer> {
  for (const text of typeof body === 'string' ? [body] : body) yield Buffer.from(text, encoding);
}
