import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { acceptsMedia } from '../http/content-negotiation.js';
import { ProblemError } from '../problem/problem-error.js';

const MEDIA_TYPE = 'gateway:media-type';

/** Names the media type of a handler's answer, where it is not JSON. */
export const Produces = (mediaType: string) => SetMetadata(MEDIA_TYPE, mediaType);

/** Answers 406 when a client does not take what a handler gives. */
@Injectable()
export class AcceptGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const mediaType =
      this.reflector.get<string | undefined>(MEDIA_TYPE, context.getHandler()) ?? 'application/json';
    assertAccepts(context.switchToHttp().getRequest<FastifyRequest>(), mediaType);
    return true;
  }
}

/** Throws `not-acceptable` when the client does not take the media type. */
export function assertAccepts(request: FastifyRequest, mediaType: string): void {
  if (acceptsMedia(request.headers.accept, mediaType)) return;
  throw new ProblemError('not-acceptable', `This answers with ${mediaType} only: ask for it in Accept.`);
}
