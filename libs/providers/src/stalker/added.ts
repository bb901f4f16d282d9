import { readTimestamp } from '@catalogue-sync/catalogue';

/** A portal writes its local time without a zone, which is read as UTC: no clock is further ahead of it than this. */
const FARTHEST_ZONE_MS = 14 * 3_600_000;

/**
 * When a row was added, ms since 1970, its local time taken for UTC. Undefined for what cannot be read, and for what cannot be meant: zero
 * dates, years before 2000, the future.
 *
 * @param now ms since 1970
 */
export function addedAt(row: unknown, now: number): number | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const at = readTimestamp((row as { added?: unknown }).added, now)?.epochMs;
  return at !== undefined && isPlausible(at, now) ? at : undefined;
}

/** Whether a portal's clock may show this moment by now. */
export function isPlausible(at: number, now: number): boolean {
  return at <= now + FARTHEST_ZONE_MS;
}

/** As portals write it: dates of this form compare as they stand, at a tenth of the cost of reading them. */
const PORTAL_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** The newest plausible `added` of rows that were handed out: the next run's frontier. It never falls. */
export class NewestAdded {
  /** Where the newest row wrote it as portals do. */
  private text: string | undefined;

  /** @param value the newest that was known before, ms */
  constructor(
    private readonly now: number,
    public value: number | undefined,
  ) {}

  raise(rows: readonly unknown[]): void {
    for (const row of rows) {
      const added = (row as { added?: unknown } | null)?.added;
      const isPortalTime = typeof added === 'string' && PORTAL_TIME.test(added);
      if (isPortalTime && this.text !== undefined && added <= this.text) continue;
      const at = addedAt(row, this.now);
      if (!this.raiseTo(at)) continue;
      this.text = isPortalTime ? added : undefined;
    }
  }

  /** Whether it rose. */
  raiseTo(at: number | undefined): boolean {
    if (at === undefined || at <= (this.value ?? -Infinity)) return false;
    this.value = at;
    return true;
  }
}

/** The oldest `added` of some rows, ms. */
export function oldestAdded(rows: readonly unknown[], now: number): number | undefined {
  let oldest: number | undefined;
  for (const row of rows) {
    const at = addedAt(row, now);
    if (at !== undefined && !(at >= (oldest ?? Infinity))) oldest = at;
  }
  return oldest;
}
