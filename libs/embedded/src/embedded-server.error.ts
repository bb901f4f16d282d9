/** Why an embedded server could not be started. */
export type EmbeddedServerErrorCode =
  | 'binary-missing'
  | 'already-running'
  | 'no-reachable-place'
  | 'port-taken'
  | 'start-failed';

/** An embedded server did not start; the message says what to do. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
  constructor(
    readonly code: EmbeddedServerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
