/** Carries what a handler threw past Nest, which would otherwise replace it by "Internal server error". */
export class HandlerFailure {
  constructor(readonly error: unknown) {}
}

/** What the handler threw, out of whatever Nest made of it. */
export function unwrapFailure(failure: unknown): unknown {
  return failure instanceof HandlerFailure ? failure.error : failure;
}
