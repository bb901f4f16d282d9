import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag, pickCoding, type ContentCoding } from '../http/content-negotiation.js';
import { ProblemError } from '../problem/problem-error.js';

/**
 * May be kept by the client, but is asked for again each time: 304 is the usual answer. `private` in all of them: a shared cache in front
 * would give it to clients without a key.
 */
export const REVALIDATED = 'private, no-cache';

/**
 * For what a version says and will never say otherwise. Its content is final, but the version is not kept for ever, and its provider may be deleted:
 * a cache may go on serving it for a day at most.
 */
export const FINAL = 'private, max-age=86400, immutable';

/** For what is named by its content. */
export const IMMUTABLE = 'private, max-age=31536000, immutable';

/** On answers that are of a pinned version. */
export const PINNED_HEADER = 'snapshot-pinned';

/** What an answer says of its content before any of it is read. */
export interface Representation {
  /** Names the content, apart from its form. */
  tag: string;
  cacheControl: string;
  /** The version it is of is served in the place of newer ones. */
  pinned?: boolean;
}

/** The form that the client takes. Throws `not-acceptable` when it takes neither gzip nor identity. */
export function codingOf(request: FastifyRequest): ContentCoding {
  const coding = pickCoding(request.headers['accept-encoding']);
  if (coding !== undefined) return coding;
  throw new ProblemError('not-acceptable', 'The answer comes as gzip or identity: accept one of them.');
}

/** Whether the client has the content already; if so the answer is a 304. */
export function answerUnchanged(
  request: FastifyRequest,
  reply: FastifyReply,
  representation: Representation,
  coding: ContentCoding,
): boolean {
  if (!matchesETag(request.headers['if-none-match'], entityTag(representation.tag, coding))) return false;
  void setHeaders(reply, representation, coding).status(304);
  return true;
}

/** A body that is there as gzip, in the form that the client takes. `length` in bytes of that form, where it is known. */
export function answerGzip(
  reply: FastifyReply,
  representation: Representation,
  coding: ContentCoding,
  gzip: Readable,
  length?: number,
): StreamableFile {
  return answerBody(reply, representation, coding, coding === 'gzip' ? gzip : inflate(gzip), length);
}

/** A body that is in the form that the client takes already. */
export function answerBody(
  reply: FastifyReply,
  representation: Representation,
  coding: ContentCoding,
  body: Readable | Buffer,
  length?: number,
): StreamableFile {
  void setHeaders(reply, representation, coding);
  if (coding === 'gzip') void reply.header('content-encoding', 'gzip');
  const options = { type: 'application/json; charset=utf-8', ...(length === undefined ? {} : { length }) };
  return Buffer.isBuffer(body)
    ? new StreamableFile(body, { ...options, length: body.length })
    : new StreamableFile(body, options);
}

/** The headers of an answer to HEAD whose body is not worth making. */
export function answerHead(
  reply: FastifyReply,
  representation: Representation,
  coding: ContentCoding,
  length?: number,
): StreamableFile {
  return answerBody(reply, representation, coding, Readable.from([]), length);
}

/** A strong entity tag: each form of a content has one of its own. */
function entityTag(tag: string, coding: ContentCoding): string {
  return coding === 'gzip' ? `"${tag}-gzip"` : `"${tag}"`;
}

function setHeaders(
  reply: FastifyReply,
  { tag, cacheControl, pinned = false }: Representation,
  coding: ContentCoding,
): FastifyReply {
  return reply.headers({
    etag: entityTag(tag, coding),
    vary: 'Accept-Encoding',
    'cache-control': cacheControl,
    ...(pinned ? { [PINNED_HEADER]: 'true' } : {}),
  });
}

/** The plain form. Destroying it destroys the gzip stream. */
function inflate(gzip: Readable): Readable {
  // An error reaches the reader of the returned stream; nothing is left to do here.
  return pipeline(gzip, createGunzip({ chunkSize: 128 * 1024 }), () => undefined);
}
