import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codingOf } from '../snapshots/document-answer.js';

/** Characters that are sent at once. */
const CHUNK = 64 * 1024;
/** Lists shrink to a tenth already by the quickest way. */
const GZIP_LEVEL = 1;

/**
 * Answers with texts that are made while they are sent, as fast as the client takes them. The first ones are made before anything is sent, so that
 * what goes wrong at once is told as a problem; later it breaks the connection, and no client takes half a list for a whole.
 */
export async function streamText(
  request: FastifyRequest,
  reply: FastifyReply,
  contentType: string,
  texts: AsyncIterable<string>,
): Promise<StreamableFile> {
  const chunks = inChunks(texts);
  const first = await chunks.next();
  const coding = codingOf(request);
  const plain = Readable.from(withFirst(first, chunks), { objectMode: false, highWaterMark: CHUNK });
  void reply.header('vary', 'Accept-Encoding').header('cache-control', 'no-store');
  if (coding === 'identity') return new StreamableFile(plain, { type: contentType });
  void reply.header('content-encoding', 'gzip');
  // An error reaches the reader of the returned stream; nothing is left to do here.
  const gzip = pipeline(plain, createGzip({ level: GZIP_LEVEL }), () => undefined);
  return new StreamableFile(gzip, { type: contentType });
}

/** A JSON array of rows, written one by one. */
export async function* jsonArray(rows: AsyncIterable<object>): AsyncGenerator<string> {
  let glue = '[';
  for await (const row of rows) {
    yield glue + JSON.stringify(row);
    glue = ',';
  }
  yield glue === '[' ? '[]' : ']';
}

async function* inChunks(texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  let chunk = '';
  for await (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

async function* withFirst(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<Buffer> {
  try {
    if (first.done === true) return;
    yield Buffer.from(first.value);
    for await (const chunk of rest) yield Buffer.from(chunk);
  } finally {
    // Also when the client goes away before it has taken anything.
    await rest.return();
  }
}
