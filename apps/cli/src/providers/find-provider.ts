import { allPages, type CatalogueSyncApi, type ProviderDto } from '@catalogue-sync/api-client';
import { CliError, EXIT } from '../exit-code.js';

/** All providers, in the order of the API. */
export async function listProviders(api: CatalogueSyncApi): Promise<ProviderDto[]> {
  const found: ProviderDto[] = [];
  for await (const { providers } of allPages((query) =>
    api.listProviders({ query: { ...query, limit: 200 } }),
  ))
    found.push(...providers);
  return found;
}

/** A provider by its id, or by its name where one alone has it. Throws CliError. */
export async function findProvider(api: CatalogueSyncApi, wanted: string): Promise<ProviderDto> {
  const providers = await listProviders(api);
  const byId = providers.find(({ id }) => id === wanted);
  if (byId !== undefined) return byId;
  const byName = providers.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (byName.length === 1 && byName[0] !== undefined) return byName[0];
  if (byName.length > 1)
    throw new CliError(
      'ambiguous-provider',
      `${byName.length} providers are called "${wanted}": give the id (${byName.map(({ id }) => id).join(', ')}).`,
    );
  const names = providers.map(({ id, name }) => `\n  ${id}  ${name}`).join('');
  throw new CliError(
    'provider-not-found',
    `There is no provider "${wanted}".${names === '' ? ' Add one: catalogue-sync providers add <url>' : ` There are:${names}`}`,
    EXIT.failed,
  );
}
