import type { FieldErrorDto, ProblemDto } from './generated/types.gen.js';

/** The gateway refused: a problem answer (RFC 9457). The message is its `detail`, which says what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Stable code for programs; `not-a-problem` when the answer was none, for instance one of a proxy. */
    readonly code: string,
    message: string,
    readonly fields: {
      title?: string;
      /** The fields of the request that it concerns. */
      errors?: readonly FieldErrorDto[];
      /** Names the request in the gateway's log. */
      requestId?: string;
      /** When to come again, seconds. */
      retryAfter?: number;
      /** The answer as it came. */
      body?: unknown;
    } = {},
  ) {
    super(message);
  }
}

/** No answer: nothing listens there, the connection broke, or it took too long. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Reads a refusal. `body` is the parsed answer, or its text where that is no JSON. */
export function toApiError(response: Response, body: unknown): ApiError {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? { retryAfter: seconds } : {};
  if (!isProblem(body))
    return new ApiError(
      response.status,
      'not-a-problem',
      `The address answered ${response.status}, and not as catalogue-sync does: is it the gateway's?`,
      { ...retryAfter, body },
    );
  const { title, errors, requestId } = body;
  return new ApiError(response.status, body.code, body.detail, {
    title,
    requestId,
    ...(errors === undefined ? {} : { errors }),
    ...retryAfter,
    body,
  });
}

function isProblem(body: unknown): body is ProblemDto {
  return (
    typeof body === 'object' &&
    body !== null &&
    typeof (body as ProblemDto).code === 'string' &&
    typeof (body as ProblemDto).detail === 'string'
  );
}
