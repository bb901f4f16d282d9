import { addCounts, emptyCounts } from '@catalogue-sync/catalogue';
import { ITEM_KINDS, type CountsByKind } from '@catalogue-sync/contracts';
import type { Sweep } from '../sweep/sweep.js';

/**
 * What a job changed, over all its sweeps. A superseded sweep has made events too, and the attempt that followed it found those items
 * unchanged: they count as what they were first.
 */
export function jobCounts(sweeps: readonly Sweep[]): CountsByKind {
  const final = sum(sweeps.filter((sweep) => sweep.state !== 'superseded'));
  const superseded = sum(sweeps.filter((sweep) => sweep.state === 'superseded'));
  for (const kind of [...ITEM_KINDS, 'category'] as const) {
    const changedBefore = superseded[kind].added + superseded[kind].updated;
    final[kind].added += superseded[kind].added;
    final[kind].updated += superseded[kind].updated;
    final[kind].removed += superseded[kind].removed;
    final[kind].unchanged = Math.max(0, final[kind].unchanged - changedBefore);
  }
  return final;
}

function sum(sweeps: readonly Sweep[]): CountsByKind {
  return sweeps.reduce((total, sweep) => addCounts(total, sweep.counts), emptyCounts());
}
