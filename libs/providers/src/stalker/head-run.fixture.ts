import { walkHead } from './head-walk.js';
import { NOW, type LivingList, type LivingRow } from './living-list.fixture.js';
import type { WalkEnd } from './walk-list.js';

/** What is known of a list: a reconciler in the small, that keeps what it knows from run to run. */
export class KnownRows {
  private readonly rows = new Map<string, unknown>();

  constructor(list: LivingList) {
    for (const row of list.rows) this.rows.set(row.id, row.added);
  }

  has(id: string): boolean {
    return this.rows.has(id);
  }

  forget(id: string): void {
    this.rows.delete(id);
  }

  /** Takes rows over, and says how many were new or had changed. */
  take(rows: readonly LivingRow[]): number {
    let changed = 0;
    for (const { id, added } of rows) {
      if (!this.rows.has(id) || this.rows.get(id) !== added) changed++;
      this.rows.set(id, added);
    }
    return changed;
  }
}

export interface HeadRun {
  batches: string[][];
  ids: Set<string>;
  end: WalkEnd | undefined;
}

/** A head walk over the list, whose every batch is compared with what is known before the walk goes on. */
export async function runHead(
  list: LivingList,
  known: KnownRows,
  frontier: number,
  more: {
    judgedOrdinals?: number;
    stopAfter?: number;
    fetchFirstByName?: () => ReturnType<LivingList['fetchByName']>;
    onVerdict?: () => void;
  } = {},
): Promise<HeadRun> {
  let changed = 0;
  const walker = walkHead({
    fetchPage: list.fetch,
    fetchFirstByName: more.fetchFirstByName ?? list.fetchByName,
    signal: new AbortController().signal,
    first: await list.fetch(1),
    frontier,
    judgedOrdinals: more.judgedOrdinals ?? 0,
    now: NOW,
    countChanged: () => {
      more.onVerdict?.();
      const verdict = changed;
      changed = 0;
      return Promise.resolve(verdict);
    },
  });
  const batches: string[][] = [];
  const run = (end: WalkEnd | undefined) => ({ batches, ids: new Set(batches.flat()), end });
  for (;;) {
    const next = await walker.next();
    if (next.done) return run(next.value);
    const rows = next.value.rows as LivingRow[];
    changed += known.take(rows);
    batches.push(rows.map(({ id }) => id));
    if (batches.length === more.stopAfter) {
      await walker.return(undefined as never);
      return run(undefined);
    }
  }
}
