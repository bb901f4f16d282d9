import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, ReconciledScope, Scope } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { withoutDigest, type ScopeMemory } from '@catalogue-sync/providers';
import { forgetOtherRows, forgetRows } from './row-memory.store.js';
import type { ScopeRun } from './scope-run.entity.js';

/** What the runs of a scope left behind for the next one. */
export interface RememberedScope {
  memory?: ScopeMemory;
  /** When a run in mode `full` was last complete. */
  fullAt?: Date;
  /** Live items of the scope, as far as its runs tell. */
  listed?: number;
  /** Why the next full run should come early, in words. */
  fullWanted?: string;
}

interface MemoryRow {
  scope: Scope;
  memory: ScopeMemory | null;
  full_at: Date | null;
  listed: number | null;
  full_wanted: string | null;
}

export async function rememberedScopes(
  em: SqlEntityManager,
  providerId: ProviderId,
): Promise<Map<Scope, RememberedScope>> {
  const rows = await sql<MemoryRow>(
    em,
    `select scope, memory, full_at, listed, full_wanted from scope_memory where provider_id = $1`,
    [providerId],
  );
  return new Map(
    rows.map((row) => [
      row.scope,
      {
        ...(row.memory === null ? {} : { memory: row.memory }),
        ...(row.full_at === null ? {} : { fullAt: new Date(row.full_at) }),
        ...(row.listed === null ? {} : { listed: row.listed }),
        ...(row.full_wanted === null ? {} : { fullWanted: row.full_wanted }),
      },
    ]),
  );
}

/** Keeps what a reconciled run taught about its scope. */
export async function rememberRun(
  em: SqlEntityManager,
  providerId: ProviderId,
  run: ScopeRun,
  reconciled: ReconciledScope,
): Promise<void> {
  const before = (await rememberedScopes(em, providerId)).get(run.scope) ?? {};
  const after = learn(before, run, reconciled);
  await sql(
    em,
    `insert into scope_memory (provider_id, scope, memory, full_at, listed, full_wanted) values ($1, $2, $3, $4, $5, $6)
     on conflict (provider_id, scope) do update set memory = excluded.memory, full_at = excluded.full_at,
       listed = excluded.listed, full_wanted = excluded.full_wanted`,
    [
      providerId,
      run.scope,
      after.memory === undefined ? null : JSON.stringify(after.memory),
      after.fullAt ?? null,
      after.listed ?? null,
      after.fullWanted ?? null,
    ],
  );
  await forgetOtherRows(em, providerId, run.scope, after.memory?.digest);
}

/**
 * What is believed of a scope after a run. A digest stands only for a run that was reconciled completely and left no absence in doubt:
 * anything less has changed the catalogue in a way that no answer of the provider stands for. The frontier moves with complete runs only.
 */
export function learn(before: RememberedScope, run: ScopeRun, reconciled: ReconciledScope): RememberedScope {
  const { outcome, mode, pendingRemovals, heldRemovals } = reconciled;
  const left = run.memory ?? before.memory;
  if (outcome === 'not-modified') return { ...before, ...kept(left) };
  // A drifted run may have learned how its portal counts; its frontier is the old one.
  if (outcome === 'drifted') return { ...before, ...kept(left, withoutDigest) };
  if (outcome !== 'complete') return { ...before, ...kept(before.memory, withoutDigest) };
  const settled = run.memory != null && pendingRemovals === 0 && heldRemovals === 0;
  const listed = listedAfter(before, run, reconciled);
  const after: RememberedScope = {
    ...(settled ? kept(left) : kept(left, withoutDigest)),
    ...(before.fullAt === undefined ? {} : { fullAt: before.fullAt }),
    ...(listed === undefined ? {} : { listed }),
  };
  if (mode === 'full') after.fullAt = new Date();
  const wanted = fullWanted(before, run, reconciled, listed);
  return wanted === undefined ? after : { ...after, fullWanted: wanted };
}

function fullWanted(
  before: RememberedScope,
  run: ScopeRun,
  { mode, pendingRemovals }: ReconciledScope,
  listed: number | undefined,
): string | undefined {
  if (mode !== 'head') {
    return pendingRemovals === 0
      ? undefined
      : `${pendingRemovals} absent item(s) await confirmation by another full read`;
  }
  const declared = declaredRows(run, before.memory);
  if (declared !== undefined && listed !== undefined && declared !== listed) {
    return declared < listed
      ? `the provider counts ${listed - declared} item(s) fewer than are known`
      : `the provider counts ${declared - listed} item(s) more than are known`;
  }
  return before.fullWanted;
}

/** Rows the provider declares, its habit of counting wrong set right. */
function declaredRows(run: ScopeRun, memory: ScopeMemory | undefined): number | undefined {
  return run.declaredTotal == null ? undefined : run.declaredTotal - (memory?.totalExcess ?? 0);
}

function listedAfter(
  before: RememberedScope,
  run: ScopeRun,
  { mode, added }: ReconciledScope,
): number | undefined {
  if (mode !== 'head') return declaredRows(run, run.memory ?? undefined);
  return before.listed === undefined ? undefined : before.listed + added;
}

function kept(
  memory: ScopeMemory | null | undefined,
  as: (memory: ScopeMemory) => ScopeMemory = (whole) => whole,
): { memory?: ScopeMemory } {
  return memory == null ? {} : { memory: as(memory) };
}

/** No answer of the provider stands for the catalogue any more: what a lost job has changed is not known. */
export async function voidDigests(em: SqlEntityManager, providerId: ProviderId): Promise<void> {
  for (const [scope, { memory }] of await rememberedScopes(em, providerId))
    await dropDigest(em, providerId, scope, memory);
  await forgetRows(em, providerId);
}

/** The same for one scope. */
export async function voidDigest(em: SqlEntityManager, providerId: ProviderId, scope: Scope): Promise<void> {
  const before = (await rememberedScopes(em, providerId)).get(scope);
  await dropDigest(em, providerId, scope, before?.memory);
  await forgetOtherRows(em, providerId, scope, undefined);
}

async function dropDigest(
  em: SqlEntityManager,
  providerId: ProviderId,
  scope: Scope,
  memory: ScopeMemory | undefined,
): Promise<void> {
  if (memory === undefined) return;
  await sql(em, `update scope_memory set memory = $3 where provider_id = $1 and scope = $2`, [
    providerId,
    scope,
    JSON.stringify(withoutDigest(memory)),
  ]);
}

/** Forgets all of it: the provider points elsewhere now. */
export async function forgetScopes(em: SqlEntityManager, providerId: ProviderId): Promise<void> {
  await sql(em, `delete from scope_memory where provider_id = $1`, [providerId]);
  await forgetRows(em, providerId);
}
