import {
  IDS_PER_SEGMENT,
  ITEMS_PER_SEGMENT,
  choosePartCount,
  isIndexSection,
  slotsOfPart,
  type SegmentAddress,
} from '@catalogue-sync/snapshot-format';
import type { DirtyGroup } from '../store/dirty-segment.store.js';

/** A segment to build: the entries whose slots are in [from, to). */
export interface SegmentTask extends SegmentAddress {
  from: number;
  to: number;
  /** Ids of what changed in it since the last version, with the part cut as it was; undefined where all of it is to be read. */
  changed?: readonly string[];
}

/** A group whose parts were cut anew; no parts are left of an empty one. */
export interface Regrouped {
  section: SegmentAddress['section'];
  category: string;
  parts: number;
}

export interface SealPlan {
  /** In manifest order. */
  tasks: SegmentTask[];
  regrouped: Regrouped[];
}

/**
 * What has to be built so that the document is up to date: the dirty parts of each group; or all of its parts, when the group is new or has outgrown
 * its cut. `groups` must be in manifest order.
 */
export function planSeal(groups: readonly DirtyGroup[]): SealPlan {
  const plan: SealPlan = { tasks: [], regrouped: [] };
  for (const { section, category, parts: current, dirtyParts, count } of groups) {
    const target = isIndexSection(section) ? IDS_PER_SEGMENT : ITEMS_PER_SEGMENT;
    const parts = count === 0 ? 0 : choosePartCount(count, target, current);
    const cutAnew = parts !== current;
    if (cutAnew) plan.regrouped.push({ section, category, parts });
    const toBuild = cutAnew ? Array.from({ length: parts }, (_, part) => ({ part })) : dirtyParts;
    for (const dirty of toBuild)
      plan.tasks.push({ section, category, ...dirty, ...slotsOfPart(dirty.part, parts) });
  }
  return plan;
}
