export { entryOf, type SearchEntry, type SearchableItem } from './search-entry.js';
export { itemQuery, namesBeginningWith, type ItemFilter, type ItemQuery } from './item-query.js';
