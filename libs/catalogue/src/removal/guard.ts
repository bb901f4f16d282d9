import { DEFAULT_REMOVAL_GUARD, type HoldCause, type RemovalGuard } from '@catalogue-sync/contracts';

/** When a removal is suspicious, unless a provider's settings say otherwise (DESIGN section 5, point 4). */
export const REMOVAL_GUARD = {
  /** No more than this many items are ever suspicious, unless the whole answer was empty. */
  unsuspiciousCount: 50,
  ...DEFAULT_REMOVAL_GUARD,
} as const;

/** What the guard looks at, of one kind in one scope. */
export interface GuardedRemoval {
  /** Items (or categories) that would go now. */
  count: number;
  /** Live ones of this kind and scope before the run. */
  known: number;
  /** Already removed in the seven days before. */
  removedLast7Days: number;
}

/** Why a removal must wait for a person, in words with figures too; undefined when it may go ahead. */
export function suspicion(
  { count, known, removedLast7Days }: GuardedRemoval,
  { inOneRun, inSevenDays }: RemovalGuard = REMOVAL_GUARD,
): { cause: HoldCause; reason: string } | undefined {
  const { unsuspiciousCount } = REMOVAL_GUARD;
  if (count > unsuspiciousCount && 100 * count > known * inOneRun) {
    const reason = `${count} of ${known} would be removed at once (${percent(count, known)}; up to ${inOneRun} % or ${unsuspiciousCount} are removed without asking)`;
    return { cause: 'share', reason };
  }
  const sum = count + removedLast7Days;
  // Measured against what there was a week ago, as far as we can tell: what is known now and what has gone since.
  const base = known + removedLast7Days;
  if (count > 0 && sum > unsuspiciousCount && 100 * sum > base * inSevenDays) {
    const reason = `${count} would be removed after ${removedLast7Days} in the last 7 days, together ${percent(sum, base)} of ${base} (up to ${inSevenDays} % or ${unsuspiciousCount} go without asking)`;
    return { cause: 'week', reason };
  }
  return undefined;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '100 %' : `${((part / whole) * 100).toFixed(1)} %`;
}
