import { applyDecorators, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';

/** As Node names it. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';

const KEEPS_NO_ANSWER = 'gateway:keeps-no-answer';
const EXTENSION = 'x-keeps-no-answer';

/** On a POST whose answer holds a secret: it is not kept, and so an `Idempotency-Key` is refused. `why` stands in the OpenAPI file. */
export const KeepsNoAnswer = (why: string) =>
  applyDecorators(SetMetadata(KEEPS_NO_ANSWER, true), ApiExtension(EXTENSION, why));

export function keepsNoAnswer(
  reflector: Reflector,
  handler: ReturnType<ExecutionContext['getHandler']>,
): boolean {
  return reflector.get<boolean | undefined>(KEEPS_NO_ANSWER, handler) === true;
}

/** Describes the header at every POST that takes it. */
export function describeIdempotency(document: OpenAPIObject): OpenAPIObject {
  for (const { post } of Object.values(document.paths)) {
    if (post === undefined || EXTENSION in post) continue;
    (post.parameters ??= []).push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'Names this request, best by a random UUID: sent again within 24 hours it is not done again, and gets the first answer (with Idempotency-Replayed: true). 409 while it is worked on, 422 when it comes with another request.',
      schema: { type: 'string', minLength: 8, maxLength: 255 },
    });
  }
  return document;
}
