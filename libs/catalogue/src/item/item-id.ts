import type { ItemId, ItemKind } from '@catalogue-sync/contracts';
import { cleanLine, isBlankText } from '../text/clean-text.js';
import { readIdText } from '../coerce/id-text.js';
import { ITEM_LIMITS } from './limits.js';

/** The id of an item within its provider: `<kind>:<external id>`. The external id is expected as `toIdText` gives it. */
export function itemId(kind: ItemKind, externalId: string): ItemId {
  return `${kind}:${externalId}` as ItemId;
}

/** The id of a category within its provider: `<scope>:<external id>`; what items carry in `categoryIds`. */
export function categoryId(scope: string, externalId: string): string {
  return `${scope}:${storedExternalId(externalId)}`;
}

/**
 * An external id as it is stored. What `toIdText` accepts stays exactly as it is, NFC or not, because it is the provider's to spell;
 * anything else is made storable rather than refused, because refusing a row is the mapper's decision. "" when nothing is left of it.
 */
export function storedExternalId(value: unknown): string {
  return storedId(value, ITEM_LIMITS.externalIdLength);
}

/** A category's id as it is stored with an item, by the same rule; undefined when nothing is left of it. */
export function storedCategoryId(value: unknown): string | undefined {
  return storedId(value, ITEM_LIMITS.categoryIdLength) || undefined;
}

/** What a thing without a usable name is called: the same in every sync. */
export function standInName(externalId: string): string {
  return cleanLine(`Untitled ${externalId}`, ITEM_LIMITS.nameLength);
}

function storedId(value: unknown, maxLength: number): string {
  const id = readIdText(value, maxLength);
  if (id !== undefined) return id;
  const text = typeof value === 'string' ? cleanLine(value, maxLength) : '';
  return isBlankText(text) ? '' : text;
}
