import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { LockMode } from '@mikro-orm/core';
import {
  CatalogueSyncError,
  DEFAULT_PROVIDER_SETTINGS,
  ERROR_CODE,
  type JobId,
  type ProviderId,
  type ProviderSettings,
} from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { AccessMemory } from '@catalogue-sync/providers';
import { ProviderSchema, type Provider } from './provider.entity.js';

/**
 * The provider, when it is in use. Throws `provider-not-found` for an id that is unknown or of a deleted provider, and
 * `provider-deleting` while it is being deleted.
 */
export async function requireProvider(em: SqlEntityManager, id: ProviderId): Promise<Provider> {
  return inUse(id, await em.findOne(ProviderSchema, { id }));
}

/** The same, with the row locked until the open transaction ends: whoever starts, changes or deletes waits here for the others. */
export async function lockProvider(em: SqlEntityManager, id: ProviderId): Promise<Provider> {
  return inUse(id, await em.findOne(ProviderSchema, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }));
}

function inUse(id: ProviderId, provider: Provider | null): Provider {
  if (provider === null || provider.state === 'deleted') throw providerNotFound(id);
  if (provider.state === 'deleting') {
    throw new CatalogueSyncError(
      ERROR_CODE.providerDeleting,
      `Provider ${id} is being deleted. Its id is never used again: register it anew to have it back.`,
    );
  }
  return provider;
}

export function providerNotFound(id: string): CatalogueSyncError {
  return new CatalogueSyncError(
    ERROR_CODE.providerNotFound,
    `There is no provider ${JSON.stringify(id.slice(0, 60))}. List the providers to see their ids.`,
  );
}

/** The provider's active job, if one is. */
export async function activeJobId(em: SqlEntityManager, id: ProviderId): Promise<JobId | undefined> {
  return (await activeJobIds(em, [id])).get(id);
}

/** The active jobs of `ids`, by provider. */
export async function activeJobIds(
  em: SqlEntityManager,
  ids: readonly ProviderId[],
): Promise<Map<ProviderId, JobId>> {
  const rows = await sql<{ provider_id: ProviderId; id: JobId }>(
    em,
    `select provider_id, id from sync_job
     where provider_id = any($1) and state in ('queued', 'fetching', 'reconciling', 'publishing')`,
    [ids],
  );
  return new Map(rows.map((row) => [row.provider_id, row.id]));
}

/** The provider's settings; those that it was registered without take their defaults. */
export function settingsOf(provider: Pick<Provider, 'protocol' | 'settings'>): ProviderSettings {
  return { ...DEFAULT_PROVIDER_SETTINGS[provider.protocol], ...provider.settings };
}

export async function saveAccess(
  em: SqlEntityManager,
  id: ProviderId,
  access: AccessMemory | null,
): Promise<void> {
  await sql(em, `update provider set access = $2 where id = $1 and state = 'active'`, [
    id,
    access === null ? null : JSON.stringify(access),
  ]);
}

/** Takes `count` run tokens and gives the first: tokens rise over all runs of a provider and are never given twice. */
export async function takeRunTokens(em: SqlEntityManager, id: ProviderId, count: number): Promise<number> {
  const [row] = await sql<{ first: string }>(
    em,
    `update provider set next_run_token = next_run_token + $2 where id = $1 and state = 'active'
     returning next_run_token - $2 as first`,
    [id, count],
  );
  if (!row) throw providerNotFound(id);
  return Number(row.first);
}
