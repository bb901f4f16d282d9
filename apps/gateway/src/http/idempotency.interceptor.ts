import { createHash } from 'node:crypto';
import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, mergeMap, of, type Observable } from 'rxjs';
import { callerOf } from '../access/caller.js';
import { invalidField, ProblemError } from '../problem/problem-error.js';
import { IdempotentAnswerStore, type RequestMark } from './idempotent-answer.store.js';
import { IDEMPOTENCY_HEADER, keepsNoAnswer } from './keeps-no-answer.js';

const KEY = /^[\x21-\x7e]{8,255}$/;
const BUSY_SECONDS = 2;

/**
 * A POST that carries an `Idempotency-Key` is done once: who sends it again within 24 hours, for instance because the connection broke, gets the first
 * answer. Only answers of success are kept; a request that failed may be tried again with its key. It stands before the log of changes: an
 * answer that is given again is no change.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly log = new Logger('Idempotency');

  constructor(
    private readonly reflector: Reflector,
    private readonly answers: IdempotentAnswerStore,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers[IDEMPOTENCY_HEADER];
    if (request.method !== 'POST' || key === undefined) return next.handle();
    const mark = this.markOf(request, context, String(key));
    const begun = await this.answers.begin(mark);
    switch (begun.kind) {
      case 'another-request':
        throw new ProblemError(
          'idempotency-key-reused',
          'This Idempotency-Key was sent with another request before. Make a new key for every request, and send it again only with the same one.',
        );
      case 'running':
        throw new ProblemError(
          'idempotency-key-busy',
          'The request with this Idempotency-Key is still being worked on. Send it again in a moment.',
          {
            headers: { 'retry-after': String(BUSY_SECONDS) },
          },
        );
      case 'answered':
        return this.again(context, begun.answer);
      case 'begun':
        return next.handle().pipe(
          mergeMap(async (body: unknown) => {
            await this.keep(mark.id, begun.token, context, body);
            return body;
          }),
          catchError(async (error: unknown) => {
            await this.free(mark.id, begun.token);
            throw error;
          }),
        );
    }
  }

  private markOf(request: FastifyRequest, context: ExecutionContext, key: string): RequestMark {
    if (!KEY.test(key))
      throw invalidField('Idempotency-Key', 'Give 8 to 255 visible characters, best a random UUID.');
    const caller = callerOf(request);
    if (caller === undefined || keepsNoAnswer(this.reflector, context.getHandler()))
      throw invalidField('Idempotency-Key', 'Leave it out here: the answer holds a secret, and is not kept.');
    const text = JSON.stringify([key, request.method, request.url, request.body ?? null]);
    return { id: sha256(JSON.stringify([caller.keyId, key])), digest: sha256(text) };
  }

  private again(
    context: ExecutionContext,
    { status, location, body }: { status: number; location?: string; body: unknown },
  ) {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    void reply.status(status).header('idempotency-replayed', 'true');
    if (location !== undefined) void reply.header('location', location);
    return of(body);
  }

  /** It is done by now: that its answer cannot be kept must not turn it into a failure. */
  private async keep(id: Buffer, token: string, context: ExecutionContext, body: unknown): Promise<void> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const location = reply.getHeader('location');
    try {
      await this.answers.keep(id, token, {
        status: reply.statusCode,
        ...(typeof location === 'string' ? { location } : {}),
        body,
      });
    } catch (error) {
      this.log.error({ err: error }, 'an answer was not kept for its idempotency key');
    }
  }

  private async free(id: Buffer, token: string): Promise<void> {
    try {
      await this.answers.free(id, token);
    } catch (error) {
      this.log.warn({ err: error }, 'an idempotency key is not free yet: it is in three minutes');
    }
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
