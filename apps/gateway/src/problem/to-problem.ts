import { HttpException } from '@nestjs/common';
import { CatalogueSyncError } from '@catalogue-sync/contracts';
import type { FieldErrorDto, ProblemDto } from '@catalogue-sync/contracts/rest';
import { isProblemCode, PROBLEM_KINDS, type ProblemCode } from './problem-catalogue.js';
import { ProblemError } from './problem-error.js';

/** Where a problem happened. */
export interface ProblemPlace {
  method: string;
  /** Path without its query. */
  path: string;
  requestId: string;
}

export interface ProblemAnswer {
  body: ProblemDto;
  headers: Record<string, string>;
}

interface Finding {
  code: ProblemCode;
  detail: string;
  errors?: FieldErrorDto[] | undefined;
  headers?: Record<string, string> | undefined;
}

const INTERNAL: Finding = {
  code: 'internal',
  detail: 'Something went wrong on our side. The requestId leads to it in the logs.',
};

/** What a framework error of a status says. Any other status is ours to explain: internal. */
const BY_STATUS: Readonly<Record<number, (place: ProblemPlace) => Finding>> = {
  400: () => ({ code: 'malformed-request', detail: 'The request cannot be read.' }),
  403: () => ({ code: 'not-permitted', detail: 'This is not permitted.' }),
  404: (place) => ({
    code: 'route-not-found',
    detail: `There is nothing at ${place.method} ${place.path}. The API is described at /docs.`,
  }),
  413: () => ({ code: 'body-too-large', detail: 'Send a body of at most 1 MiB.' }),
  414: () => ({ code: 'malformed-request', detail: 'The path is too long.' }),
  415: () => ({
    code: 'unsupported-media-type',
    detail: 'Send the body with the header Content-Type: application/json.',
  }),
  503: () => ({ code: 'service-unavailable', detail: 'The gateway is shutting down. Try again.' }),
};

/**
 * The answer to any thrown value. Texts of unknown errors are never passed on: they may hold a piece of a body,
 * a query or a stack.
 */
export function toProblem(thrown: unknown, place: ProblemPlace): ProblemAnswer {
  const finding = findingOf(thrown, place);
  const kind = PROBLEM_KINDS[finding.code];
  return {
    body: {
      type: `/problems/${finding.code}`,
      title: kind.title,
      status: kind.status,
      detail: finding.detail,
      code: finding.code,
      instance: place.path,
      requestId: place.requestId,
      ...(finding.errors === undefined ? {} : { errors: finding.errors }),
    },
    headers: {
      ...(kind.retryAfterSeconds === undefined ? {} : { 'retry-after': String(kind.retryAfterSeconds) }),
      ...finding.headers,
    },
  };
}

function findingOf(thrown: unknown, place: ProblemPlace): Finding {
  if (thrown instanceof ProblemError)
    return {
      code: thrown.code,
      detail: thrown.detail,
      errors: thrown.extra.errors,
      headers: thrown.extra.headers,
    };
  if (thrown instanceof CatalogueSyncError) return findingOfService(thrown);
  const status = statusOf(thrown);
  if (status === 403 && isCrossOrigin(thrown))
    return {
      code: 'cross-origin-refused',
      detail:
        'A page of another site may not change anything here. Call the API from its own origin or from a program.',
    };
  return BY_STATUS[status]?.(place) ?? INTERNAL;
}

function findingOfService(error: CatalogueSyncError): Finding {
  if (!isProblemCode(error.code) || error.code === 'internal') return INTERNAL;
  return {
    code: error.code,
    detail: error.message,
    errors: error.field === undefined ? undefined : [{ field: error.field, message: error.message }],
  };
}

/** The status a framework error asks for: Nest's HttpException, or Fastify's error with a `statusCode`. */
function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown)
    return typeof thrown.statusCode === 'number' ? thrown.statusCode : 500;
  return 500;
}

/** Nest's cross-origin protection answers with the only ForbiddenException that is thrown before a handler is found. */
function isCrossOrigin(thrown: unknown): boolean {
  return thrown instanceof HttpException && /cross-origin/i.test(thrown.message);
}
