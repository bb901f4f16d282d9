import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { AccessMemory } from '@catalogue-sync/providers';
import type { ItemKind, Protocol, ProviderId, ProviderSettings } from '@catalogue-sync/contracts';

/**
 * A provider that is not deleted. Of a deleted one only `id` and `state` remain in the row, so whoever reads a provider checks its
 * state first: see provider.store.ts.
 */
export const ProviderSchema = defineEntity({
  name: 'Provider',
  tableName: 'provider',
  properties: {
    id: p.text().$type<ProviderId>().primary(),
    state: p.text().$type<'active' | 'deleting' | 'deleted'>(),
    name: p.text(),
    protocol: p.text().$type<Protocol>(),
    /** The connection as encrypted JSON; its context is the provider's id. */
    connectionEncrypted: p.blob().$type<Buffer>(),
    /** Scheme, host and port only. */
    origin: p.text(),
    settings: p.json<ProviderSettings>(),
    /** The endpoint that discovery found; kept only where it carries nothing secret. */
    endpoint: p.text().nullable(),
    resetRequestedAt: p.datetime().nullable(),
    /** How much the provider was seen to take, and whether it is left alone for a while. */
    access: p.json<AccessMemory>().nullable(),
    lastSyncChannels: p.datetime().nullable(),
    lastSyncMovies: p.datetime().nullable(),
    lastSyncSeries: p.datetime().nullable(),
    /** Live items per kind after the last job. */
    totals: p.json<Record<ItemKind, number>>().nullable(),
    /** Per kind the newest moment at which the provider says an item was added or modified. */
    watermarks: p.json<Partial<Record<ItemKind, string>>>().nullable(),
    /** Rises over all runs of the provider: pages of a lower token are dropped. */
    nextRunToken: p.bigint('number'),
    /** How far a deletion has come. */
    catalogueDeletedAt: p.datetime().nullable(),
    snapshotPurgedAt: p.datetime().nullable(),
    checkedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type Provider = InferEntity<typeof ProviderSchema>;
