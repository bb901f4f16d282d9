import { ITEM_KINDS, type CatalogueCategory } from '@catalogue-sync/contracts';
import { flagField, lineField, numberField } from './field-rules.js';
import type { CategoryDraft } from './item-draft.js';
import { categoryId, standInName, storedCategoryId, storedExternalId } from './item-id.js';
import { ITEM_LIMITS } from './limits.js';

/**
 * The category in the one form that everything else sees. Total and idempotent like `normaliseItem`; a category without a usable name
 * is called "Untitled <external id>", and one that names itself as its parent has none.
 */
export function normaliseCategory(draft: CategoryDraft): CatalogueCategory {
  const externalId = storedExternalId(draft.externalId);
  const category: CatalogueCategory = {
    id: categoryId(draft.scope, externalId),
    scope: draft.scope,
    externalId,
    name: lineField(draft.name, ITEM_LIMITS.nameLength) ?? standInName(externalId),
  };
  const kind = ITEM_KINDS.find((known) => known === draft.kind);
  if (kind !== undefined) category.kind = kind;
  const parentId = storedCategoryId(draft.parentId);
  if (parentId !== undefined && parentId !== category.id) category.parentId = parentId;
  const adult = flagField(draft.adult);
  if (adult !== undefined) category.adult = adult;
  const position = numberField(draft.position, 0, 1e9, 0);
  if (position !== undefined) category.position = position;
  return category;
}
