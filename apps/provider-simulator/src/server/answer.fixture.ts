import type { Answer } from './answer.js';

/** An answer's whole body, for specs. */
export function bodyText({ body }: Answer): string {
  return typeof body === 'string' ? body : Array.from(body).join('');
}
