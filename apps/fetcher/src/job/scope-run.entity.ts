import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { JobId, Scope, ScopeOutcome, ScopeProgress, SyncMode } from '@catalogue-sync/contracts';

/** One scope of a job. `outcome` with state `fetching` means: ended, and `ScopeFetched` may not be published yet. */
export const ScopeRunSchema = defineEntity({
  name: 'ScopeRun',
  tableName: 'scope_run',
  properties: {
    jobId: p.uuid().$type<JobId>().primary(),
    scope: p.text().$type<Scope>().primary(),
    /** Order of the scopes in the job, from 0. */
    position: p.integer(),
    runToken: p.bigint('number'),
    mode: p.text().$type<SyncMode>(),
    modeReason: p.text(),
    state: p.text().$type<ScopeProgress['state']>(),
    outcome: p.text().$type<ScopeOutcome>().nullable(),
    reason: p.text().nullable(),
    /** 0 while waiting; more than 1 after a take-over. */
    attempt: p.integer(),
    expectedPages: p.integer().nullable(),
    /** The highest ordinal up to which every page is stored in the stream. */
    publishedOrdinal: p.integer(),
    /** Item rows in the pages up to `publishedOrdinal`. */
    itemRows: p.integer(),
    categoriesComplete: p.boolean(),
    pagesDone: p.integer(),
    pagesTotal: p.integer().nullable(),
    itemsFetched: p.integer(),
    itemsTotal: p.integer().nullable(),
    declaredTotal: p.integer().nullable(),
  },
});
export type ScopeRun = InferEntity<typeof ScopeRunSchema>;
