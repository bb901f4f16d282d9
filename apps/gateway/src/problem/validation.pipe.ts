import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldErrorDto } from '@catalogue-sync/contracts/rest';
import { ProblemError } from './problem-error.js';

/** More field errors than this help nobody. */
const MAX_FIELD_ERRORS = 50;

/** Holds every body, query and path parameter to its class; what the class does not name is refused. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => invalidRequest(errors),
  });
}

/** Values never stand in the answer: they may be passwords. */
export function invalidRequest(validationErrors: ValidationError[]): ProblemError {
  const errors = [...fieldErrors(validationErrors, '')].slice(0, MAX_FIELD_ERRORS);
  const [first] = errors;
  const more = errors.length - 1;
  return new ProblemError(
    'invalid-request',
    first === undefined
      ? 'The request is not valid.'
      : `${first.field}: ${first.message}${more > 0 ? ` (and ${more} more)` : ''}`,
    { errors },
  );
}

function* fieldErrors(errors: ValidationError[], path: string): Generator<FieldErrorDto> {
  for (const error of errors) {
    const field = path === '' ? error.property : `${path}.${error.property}`;
    for (const [rule, message] of Object.entries(error.constraints ?? {}))
      yield { field, message: rule === 'whitelistValidation' ? 'Unknown field: leave it out.' : message };
    yield* fieldErrors(error.children ?? [], field);
  }
}
