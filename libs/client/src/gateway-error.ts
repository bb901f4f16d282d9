/** The gateway refused, or answered with what cannot be used. `code` is stable; `message` says what to do. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';

  constructor(
    /** The code of the problem answer; `unusable-answer` where there was none, or what came was no answer of a gateway. */
    readonly code: string,
    message: string,
    readonly fields: {
      /** HTTP status. */
      status?: number;
      /** How long the gateway asks to wait, ms. */
      retryAfterMs?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
  }
}

/** Nothing answers, a connection broke, or what is asked for is not there yet. Trying again later may help. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Whether trying again may help: nobody answered, or the gateway is busy or ill for the moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  if (!(error instanceof GatewayError)) return false;
  const { status } = error.fields;
  return status !== undefined && (status === 408 || status === 429 || status >= 500);
}

/** Whether it is a refusal with this code. */
export function isRefusal(error: unknown, code: string): error is GatewayError {
  return error instanceof GatewayError && error.code === code;
}
