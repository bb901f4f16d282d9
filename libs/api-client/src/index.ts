export { ApiError, UnreachableError } from './api-error.js';
export { allPages, type CursorPage } from './all-pages.js';
export { CatalogueSyncApi, type ApiOptions } from './catalogue-sync-api.js';
export type { FollowedEvent } from './follow-events.js';
export type * from './generated/types.gen.js';
