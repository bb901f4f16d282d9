import { groupId, groupTitles } from './group.js';
import type { M3uEntryRow, M3uGroupRow } from './m3u-row.js';

/** A file with more is not grouped, but broken. */
const MAX_GROUPS = 100_000;

/** The groups of a playlist in the order of their first entry. */
export class GroupList {
  private readonly groups = new Map<string, M3uGroupRow>();
  /** `group-title` as last read: neighbours in a file mostly share it. */
  private lastTitle: string | undefined;
  /** Groups were left out. */
  overflow = false;

  add(entry: M3uEntryRow): void {
    const named = entry.attributes?.['group-title'];
    if (named !== undefined && named !== '' && named === this.lastTitle) return;
    this.lastTitle = named;
    for (const title of groupTitles(named, entry.group)) {
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
