import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ScopeMemory } from '@catalogue-sync/providers';
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
    /** How often the scope was begun or gone on with; 0 while waiting. */
    attempt: p.integer(),
    /** Tries that the provider made fail, and how many tries there may be. */
    failures: p.integer(),
    attempts: p.integer(),
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
    /** What the run leaves behind for the next one, once it is reconciled. */
    memory: p.json<ScopeMemory>().nullable(),
  },
});
export type ScopeRun = InferEntity<typeof ScopeRunSchema>;
