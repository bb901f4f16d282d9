import type { ItemKind, Scope } from '@catalogue-sync/contracts';
import { normaliseCategory, toBoolean, toIdText, toPlainText, toText } from '@catalogue-sync/catalogue';
import { rejected, type MappedRow, type Row, type RowContext } from './mapped-row.js';

/** What the categories of a scope hold; a portal's `vod` mixes movies and series. */
const KIND_OF_SCOPE: Partial<Record<Scope, ItemKind>> = { live: 'channel', series: 'series' };

/** The portal's own name for "everything", listed like a category (PROVIDERS A.5). */
export const EVERYTHING_CATEGORY = '*';

/** A category of `get_categories`, or a genre of `get_genres`: `{id, title, alias, censored}`. */
export function mapStalkerCategory(row: Row, context: RowContext): MappedRow {
  const externalId = toIdText(row['id']);
  if (externalId === undefined) return rejected('The category has no readable id.');
  if (externalId === EVERYTHING_CATEGORY) return rejected('"*" stands for all categories.', externalId);
  return {
    type: 'category',
    category: normaliseCategory({
      scope: context.scope,
      externalId,
      name: toPlainText(row['title']) ?? toPlainText(row['name']) ?? toText(row['alias']),
      kind: KIND_OF_SCOPE[context.scope],
      adult: toBoolean(row['censored']),
    }),
  };
}
