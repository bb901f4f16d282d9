import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { checkUnpacked, isGzip } from '../http/body.js';
import { badAnswer, RequestFailure } from '../http/request-failure.js';
import type { SpoolFile } from './spool-file.js';

const CHUNK_BYTES = 512 * 1024;

/**
 * The bytes of a spooled file in chunks; decompressed when the file itself is gzip, up to `maxBytes`. Each chunk is a buffer of its own.
 */
export async function* readSpool(spool: SpoolFile, maxBytes: number): AsyncGenerator<Buffer, void> {
  if (!isGzip(await spool.read(0, 2))) {
    yield* chunksOfSpool(spool);
    return;
  }
  const source = Readable.from(chunksOfSpool(spool), { objectMode: false });
  const decoder = source.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  source.once('error', (error) => decoder.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      checkUnpacked(bytes, spool.size, maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof RequestFailure ? error : badAnswer('The compressed file is cut or damaged.');
  } finally {
    decoder.destroy();
    source.destroy();
  }
}

/** The bytes of a spooled file as they are, in chunks, from `start` to before `end`; each chunk is a buffer of its own. */
export async function* chunksOfSpool(
  spool: SpoolFile,
  start = 0,
  end = spool.size,
): AsyncGenerator<Buffer, void> {
  for (let at = start; at < end; at += CHUNK_BYTES) {
    yield await spool.read(at, Math.min(end, at + CHUNK_BYTES));
  }
}
