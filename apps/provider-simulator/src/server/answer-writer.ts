import { STATUS_CODES, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './answer.js';
import { bodyChunks } from './body-chunks.js';

/** How a body travels, and how it is spoilt on its way. */
export interface Transfer {
  /** Ends the body after so many bytes. */
  cutAfterBytes?: number;
  /** True: a cut body ends as if it were whole, and only its content shows the cut. False: the connection breaks. */
  cutCleanly?: boolean;
  /** Sends so many bytes a second, a tenth of them at a time. */
  bytesPerSecond?: number;
  /** A `Content-Length` that is not the body's own; the connection ends after it. */
  declaredLength?: number;
  /** Packs the body; `unlabelled`: without telling. */
  gzip?: 'labelled' | 'unlabelled';
}

/** Sends an answer with back-pressure and returns the body bytes that were sent. Ends quietly when the client goes away. */
export async function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  transfer: Transfer = {},
): Promise<number> {
  const plain = Object.values(transfer).every((value) => value === undefined);
  if (plain && typeof answer.body === 'string') {
    if (answer.encoding === 'latin1') {
      // As a string it leaves in one write with the headers.
      writeHead(response, answer, answer.body.length);
      response.end(answer.body, 'latin1');
      return answer.body.length;
    }
    const body = Buffer.from(answer.body, answer.encoding);
    writeHead(response, answer, body.length);
    response.end(body);
    return body.length;
  }
  const { cutCleanly, declaredLength, gzip } = transfer;
  const length = cutCleanly === true || gzip !== undefined ? undefined : wholeLength(answer);
  const labelled =
    gzip === 'labelled' ? { ...answer, headers: { ...answer.headers, 'Content-Encoding': 'gzip' } } : answer;
  if (declaredLength !== undefined) response.setHeader('Connection', 'close');
  writeHead(response, labelled, declaredLength ?? length);
  return stream(response, labelled, transfer);
}

function writeHead(response: ServerResponse, answer: Answer, length: number | undefined): void {
  const headers =
    length === undefined ? answer.headers : { ...answer.headers, 'Content-Length': String(length) };
  response.writeHead(answer.status, STATUS_CODES[answer.status] ?? 'Unknown', headers);
}

function wholeLength(answer: Answer): number | undefined {
  return typeof answer.body === 'string' ? Buffer.byteLength(answer.body, answer.encoding) : undefined;
}

async function stream(response: ServerResponse, answer: Answer, transfer: Transfer): Promise<number> {
  const limit = transfer.cutAfterBytes ?? Infinity;
  let sent = 0;
  for await (const whole of bodyChunks(answer, transfer.gzip !== undefined)) {
    const chunk = sent + whole.length > limit ? whole.subarray(0, limit - sent) : whole;
    sent += await send(response, chunk, transfer.bytesPerSecond);
    if (response.destroyed || sent >= limit) break;
  }
  if (response.destroyed) return sent;
  const cut = sent >= limit && transfer.cutCleanly !== true;
  if (cut || transfer.declaredLength !== undefined) await breakOff(response);
  else response.end();
  return sent;
}

async function send(
  response: ServerResponse,
  chunk: Buffer,
  bytesPerSecond: number | undefined,
): Promise<number> {
  if (bytesPerSecond === undefined) {
    await write(response, chunk);
    return chunk.length;
  }
  const step = Math.max(1, Math.ceil(bytesPerSecond / 10));
  let sent = 0;
  while (sent < chunk.length && !response.destroyed) {
    const piece = chunk.subarray(sent, sent + step);
    await write(response, piece);
    sent += piece.length;
    await delay((1000 * piece.length) / bytesPerSecond);
  }
  return sent;
}

/** Resolves when more may be written, or when nobody is there to read it. */
async function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed || response.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}

const LOOK_EVERY_MS = 2;

/** Breaks the connection, but only after what was written has left: the client sees exactly the bytes before the cut. */
async function breakOff(response: ServerResponse): Promise<void> {
  response.flushHeaders();
  // No event tells when what lies below the high-water mark has left, so it is looked at, in pauses.
  while (!response.destroyed && response.writableLength > 0) await delay(LOOK_EVERY_MS);
  response.destroy();
}
