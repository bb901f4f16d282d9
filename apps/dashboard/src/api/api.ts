import { CatalogueSyncApi } from '@catalogue-sync/api-client';

/** The gateway that serves this page; the browser's session cookie says who asks. */
export const api = new CatalogueSyncApi({ baseUrl: '' });
