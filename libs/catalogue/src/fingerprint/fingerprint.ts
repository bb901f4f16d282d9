import { hash } from 'node:crypto';
import type { CatalogueCategory, CatalogueItem } from '@catalogue-sync/contracts';
import { projectCategory, projectItem } from './projection.js';

/** Version of the projections. Rows store it beside the fingerprint, so that a changed projection is re-based in silence. */
export const FINGERPRINT_VERSION = 1;
/** Bytes of a fingerprint. */
export const FINGERPRINT_BYTES = 16;

/**
 * What tells whether an item changed: SHA-256, cut to 16 bytes, over the fields whose change is an update (see `projectItem`).
 * Expects a normalised item.
 */
export function fingerprintItem(item: CatalogueItem): Buffer {
  return digest(projectItem(item));
}

/** The same for a category (see `projectCategory`). */
export function fingerprintCategory(category: CatalogueCategory): Buffer {
  return digest(projectCategory(category));
}

/** By way of a string: a Buffer of hash's own costs an allocation outside the pool, a third of the whole. */
function digest(projection: string): Buffer {
  return Buffer.from(hash('sha256', projection, 'binary').slice(0, FINGERPRINT_BYTES), 'binary');
}
