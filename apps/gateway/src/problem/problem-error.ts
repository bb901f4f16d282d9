import type { FieldErrorDto } from '@catalogue-sync/contracts/rest';
import type { ProblemCode } from './problem-catalogue.js';

/** An error that the HTTP edge itself finds: a bad field, a method that a path does not have. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extra: { errors?: FieldErrorDto[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
  }
}

/** A 400 that names one field. */
export function invalidField(field: string, message: string): ProblemError {
  return new ProblemError('invalid-request', `${field}: ${message}`, { errors: [{ field, message }] });
}
