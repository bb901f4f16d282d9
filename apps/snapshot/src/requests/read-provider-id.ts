import { CatalogueSyncError, ERROR_CODE, isProviderId, type ProviderId } from '@catalogue-sync/contracts';

/** The provider that a request is about. Throws `invalid-request`. */
export function readProviderId(request: { providerId?: unknown } | undefined): ProviderId {
  const id = request?.providerId;
  if (typeof id === 'string' && isProviderId(id)) return id;
  throw new CatalogueSyncError(ERROR_CODE.invalidRequest, 'Name the provider by its id.', {
    field: 'providerId',
  });
}
