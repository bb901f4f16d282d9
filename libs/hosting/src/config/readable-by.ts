import { ValidateBy, type ValidationOptions } from 'class-validator';

/** A setting whose text `read` takes: what it throws at is refused with the message. */
export function ReadableBy(read: (text: string) => unknown, options: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    { name: 'readableBy', validator: { validate: (value) => isReadable(read, value) } },
    options,
  );
}

function isReadable(read: (text: string) => unknown, value: unknown): boolean {
  try {
    read(String(value));
    return true;
  } catch {
    return false;
  }
}
