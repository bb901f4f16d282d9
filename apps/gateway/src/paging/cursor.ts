import { invalidField } from '../problem/problem-error.js';

/** Wraps a service's own cursor, so that clients cannot lean on its form. */
export function encodeCursor(cursor: string): string {
  return Buffer.from(cursor, 'utf8').toString('base64url');
}

/** Throws a problem at the field `cursor` when the text was not made by `encodeCursor`. */
export function decodeCursor(text: string): string {
  const cursor = Buffer.from(text, 'base64url').toString('utf8');
  if (cursor === '' || encodeCursor(cursor) !== text)
    throw invalidField('cursor', 'Hand back the nextCursor of the page before, or leave it out.');
  return cursor;
}
