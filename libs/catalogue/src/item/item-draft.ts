import type { CatalogueCategory, CatalogueItem, ItemKind } from '@catalogue-sync/contracts';

/** Every field of T may also be missing, null or undefined. */
type Loose<T> = { [Field in keyof T]?: T[Field] | null };

/**
 * What a row mapper read from a provider's row, before `normaliseItem`: blanks, repeats and holes are welcome. Kind and external id
 * (as `toIdText` gives it) are the only things a row must have.
 */
export interface ItemDraft extends Loose<
  Omit<CatalogueItem, 'id' | 'kind' | 'externalId' | 'ratings' | 'references'>
> {
  kind: ItemKind;
  externalId: string;
  ratings?: Loose<NonNullable<CatalogueItem['ratings']>> | null;
  references?: Loose<NonNullable<CatalogueItem['references']>> | null;
}

/** What a row mapper read from a category row, before `normaliseCategory`. */
export interface CategoryDraft extends Loose<Omit<CatalogueCategory, 'id' | 'scope' | 'externalId'>> {
  scope: string;
  externalId: string;
}
