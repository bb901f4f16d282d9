export { entryOf, type SearchEntry, type SearchableItem } from './search-entry.js';
export { itemQuery, type ItemFilter, type ItemQuery } from './item-query.js';
