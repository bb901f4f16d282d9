import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { invalidField } from '../problem/problem-error.js';
import type { ManifestPlace } from './manifest.store.js';

/** Where the next page of a manifest begins, and of which version: one that is sealed meanwhile changes no walk that is under way. */
export interface ManifestCursor {
  version: number;
  after: ManifestPlace;
}

export function encodeManifestCursor({ version, after }: ManifestCursor): string {
  return encodeCursor(JSON.stringify([version, ...after]));
}

/** Throws a problem at the field `cursor` when the text was not made by `encodeManifestCursor`. */
export function decodeManifestCursor(text: string): ManifestCursor {
  let value: unknown;
  try {
    value = JSON.parse(decodeCursor(text));
  } catch {
    value = undefined;
  }
  const [version, section, category, part, ...rest] = Array.isArray(value) ? (value as unknown[]) : [];
  if (
    isPlace(version, 2 ** 31) &&
    isPlace(section, 2 ** 15) &&
    typeof category === 'string' &&
    isPlace(part, 2 ** 31)
  )
    if (rest.length === 0 && !category.includes('\0')) return { version, after: [section, category, part] };
  throw invalidField('cursor', 'Hand back the nextCursor of the page before, or leave it out.');
}

function isPlace(value: unknown, below: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;
}
