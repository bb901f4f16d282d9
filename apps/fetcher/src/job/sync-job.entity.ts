import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type {
  CountsByKind,
  ItemKind,
  JobId,
  JobOutcome,
  JobState,
  ProviderId,
  Scope,
  SyncMode,
} from '@catalogue-sync/contracts';

export const SyncJobSchema = defineEntity({
  name: 'SyncJob',
  tableName: 'sync_job',
  properties: {
    id: p.uuid().$type<JobId>().primary(),
    providerId: p.text().$type<ProviderId>(),
    state: p.text().$type<JobState>(),
    trigger: p.text(),
    requestedMode: p.text().$type<SyncMode | 'auto'>(),
    /** Only these scopes are fetched; null for all. */
    onlyScopes: p.array().$type<Scope[]>().nullable(),
    reason: p.text().nullable(),
    cancelRequestedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
    /** When the job was last looked after by the fallback for lost messages. */
    checkedAt: p.datetime(),
    /** How fetching ended; set before `JobFetched` is published, so that a successor publishes the same. */
    fetchOutcome: p.text().$type<JobOutcome>().nullable(),
    /** How reconciling ended; set when `JobReconciled` was seen. */
    outcome: p.text().$type<JobOutcome>().nullable(),
    counts: p.json<CountsByKind>().nullable(),
    totals: p.json<Record<ItemKind, number>>().nullable(),
    watermarks: p.json<Partial<Record<ItemKind, string>>>().nullable(),
    imageBaseUrl: p.text().nullable(),
    snapshotVersion: p.integer().nullable(),
    /** Null until the snapshot service has sealed or confirmed a version for the job. */
    snapshotChanged: p.boolean().nullable(),
  },
});
export type SyncJob = InferEntity<typeof SyncJobSchema>;
