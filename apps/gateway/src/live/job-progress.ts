import type { ScopeProgress, SyncJobView } from '@catalogue-sync/contracts';
import type { LivePartDto, LivePhase, LiveProgressDto } from '@catalogue-sync/contracts/rest';

/** What is shown while a job is active: its last steps (approvals, the snapshot) have no items to count. */
const MOST_WHILE_ACTIVE = 0.94;
/** The speed is that of the last so many ms. */
const SPEED_WINDOW_MS = 15_000;
/** A speed from less than this would jump, ms. */
const SPEED_AFTER_MS = 2_000;

const PHASES: readonly LivePhase[] = ['queued', 'fetching', 'reconciling', 'publishing'];
const PART_STATES: readonly LivePartDto['state'][] = ['waiting', 'fetching', 'comparing', 'ended'];

/** A job's progress, with what is needed to tell its speed. */
export interface FollowedJob {
  progress: LiveProgressDto;
  /** Items compared by then, oldest first, of the last SPEED_WINDOW_MS. */
  samples: readonly { at: number; items: number }[];
}

/**
 * The progress after another look at the job, `now` in ms. Looks may be answered by different replicas, some of which know less: no figure goes
 * back, and nothing that ended is open again.
 */
export function followJob(before: FollowedJob | undefined, job: SyncJobView, now: number): FollowedJob {
  const known = before?.progress.jobId === job.id ? before : undefined;
  const parts = job.scopes.map((scope) =>
    laterPart(
      known?.progress.parts.find((part) => part.scope === scope.scope),
      partOf(scope),
    ),
  );
  const items = sum(parts.map((part) => part.itemsCompared));
  const samples = [...(known?.samples ?? []), { at: now, items }].filter(
    ({ at }) => at > now - SPEED_WINDOW_MS,
  );
  const phase = later(PHASES, known?.progress.phase ?? 'queued', phaseOf(job));
  const fraction = furthest(known?.progress.fraction, fractionOf(parts, phase));
  const speed = speedOf(samples);
  return {
    samples,
    progress: {
      jobId: job.id,
      phase,
      ...(fraction === undefined ? {} : { fraction }),
      ...(speed === undefined ? {} : { itemsPerSecond: Math.round(speed * 10) / 10 }),
      ...remaining(parts, items, speed),
      parts,
    },
  };
}

function partOf(scope: ScopeProgress): LivePartDto {
  const state = (
    { waiting: 'waiting', fetching: 'fetching', fetched: 'comparing', reconciled: 'ended' } as const
  )[scope.state];
  // What was fetched is the total once fetching is over, whatever the provider declared.
  const total =
    scope.state === 'waiting' || scope.state === 'fetching' ? scope.itemsTotal : scope.itemsFetched;
  return {
    scope: scope.scope,
    state,
    ...(scope.outcome === undefined ? {} : { outcome: scope.outcome }),
    itemsFetched: scope.itemsFetched,
    itemsCompared: scope.itemsReconciled,
    ...(total === undefined ? {} : { itemsTotal: Math.max(total, scope.itemsFetched) }),
    attempt: scope.attempt,
  };
}

function laterPart(before: LivePartDto | undefined, now: LivePartDto): LivePartDto {
  if (before === undefined) return now;
  const outcome = now.outcome ?? before.outcome;
  const total = now.itemsTotal ?? before.itemsTotal;
  return {
    scope: now.scope,
    ...(total === undefined ? {} : { itemsTotal: total }),
    state: later(PART_STATES, before.state, now.state),
    ...(outcome === undefined ? {} : { outcome }),
    itemsFetched: Math.max(before.itemsFetched, now.itemsFetched),
    itemsCompared: Math.max(before.itemsCompared, now.itemsCompared),
    attempt: Math.max(before.attempt, now.attempt),
  };
}

/** A job is said to publish only when nothing is left to compare. */
function phaseOf(job: SyncJobView): LivePhase {
  return PHASES.find((phase) => phase === job.state) ?? 'publishing';
}

/** By what was compared, the last thing that happens to an item. Undefined while the size of a part that is not over is unknown. */
function fractionOf(parts: readonly LivePartDto[], phase: LivePhase): number | undefined {
  if (phase === 'publishing') return MOST_WHILE_ACTIVE;
  if (parts.length === 0) return undefined;
  let total = 0;
  let done = 0;
  for (const part of parts) {
    const size = part.state === 'ended' ? part.itemsCompared : part.itemsTotal;
    if (size === undefined) return undefined;
    total += size;
    done += Math.min(size, part.itemsCompared);
  }
  if (total === 0) return undefined;
  return Math.floor((done / total) * MOST_WHILE_ACTIVE * 1000) / 1000;
}

function speedOf(samples: FollowedJob['samples']): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < SPEED_AFTER_MS) return undefined;
  return ((last.items - first.items) * 1000) / (last.at - first.at);
}

function remaining(
  parts: readonly LivePartDto[],
  items: number,
  speed: number | undefined,
): Pick<LiveProgressDto, 'remainingSeconds'> {
  if (speed === undefined || speed <= 0) return {};
  const sizes = parts.map((part) => (part.state === 'ended' ? part.itemsCompared : part.itemsTotal));
  if (sizes.some((size) => size === undefined)) return {};
  const left = Math.max(0, sum(sizes.map((size) => size ?? 0)) - items);
  return { remainingSeconds: Math.ceil(left / speed) };
}

function later<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}

function furthest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : Math.max(a, b ?? 0);
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
