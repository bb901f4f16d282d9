import { groupId, groupTitles } from './group.js';
import type { M3uEntryRow, M3uGroupRow } from './m3u-row.js';

/** A file with more is not grouped, but broken. */
const MAX_GROUPS = 100_000;

/** The groups of a playlist in the order of their first entry. */
export class GroupList {
  private readonly groups = new Map<string, M3uGroupRow>();
  /** Groups were left out. */
  overflow = false;

  add(entry: M3uEntryRow): void {
    for (const title of groupTitles(entry.attributes?.['group-title'], entry.group)) {
      const id = groupId(title);
      if (id === '' || this.groups.has(id)) continue;
      if (this.groups.size >= MAX_GROUPS) this.overflow = true;
      else this.groups.set(id, { id, title: title.slice(0, 1_000), position: this.groups.size });
    }
  }

  get rows(): M3uGroupRow[] {
    return [...this.groups.values()];
  }
}
