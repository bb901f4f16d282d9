import type { SyncMode } from '@catalogue-sync/contracts';
import type { FetchScopeOptions, ScopeEnd, ScopeMemory } from '../port.js';
import { onePageOfRows } from '../rows/encode-rows.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import { partsOfBatch, planBatches } from './batch-plan.js';
import { walkHead, type HeadWalkOptions } from './head-walk.js';
import { pageSizeOf, type ListPage } from './list-page.js';
import type { StalkerPortal } from './portal.js';
import { usableMemory } from './scope-memory.js';
import { fetchFirstByName, fetchListPage, type ScopeLists } from './stalker-lists.js';
import { walkList, type WalkBatch, type WalkEnd, type WalkOptions } from './walk-list.js';

/** How the items of a scope ended. */
export type ItemsEnd = Pick<
  ScopeEnd,
  'outcome' | 'mode' | 'reason' | 'declaredTotal' | 'fullNeeded' | 'memory'
>;
/** Pages of items, then how they ended. */
export type ItemPages = AsyncGenerator<RowsOfPage, ItemsEnd>;

/** A scope of a portal, and what is needed to read it. */
export interface ScopeSource {
  portal: StalkerPortal;
  lists: ScopeLists;
  /** Requests that may run at once. */
  parallel: number;
  /** The secrets of the moment: the session's token is one of them. */
  secrets: () => SecretReplacer;
  /** What a memory of this scope is made with. */
  memoryKey: string;
}

/** How items are fetched, beyond what the port's options say. */
export interface ItemFetch {
  options: FetchScopeOptions;
  /** Ordinals of items that were handed out in an earlier life. */
  skipOrdinals: number;
  /** How many items of what was handed out since it was asked last were new or had changed; undefined when nobody can tell. */
  countChanged: (() => Promise<number>) | undefined;
}

type HeadStart = Pick<HeadWalkOptions, 'frontier' | 'countChanged' | 'fetchFirstByName' | 'judgedOrdinals'>;

/** A scope that is listed page by page, ten portal pages to a page of ours: its head where the last run allows for that, or all of it. */
export async function* pagedScope(source: ScopeSource, fetch: ItemFetch): ItemPages {
  const { portal, lists } = source;
  const { options, skipOrdinals } = fetch;
  const now = Date.now();
  const memory = usableMemory(options.memory, source.memoryKey, now);
  const walk: WalkOptions = {
    fetchPage: (page, signal) => fetchListPage(portal, lists, page, signal),
    signal: options.signal,
    parallel: source.parallel,
    skipOrdinals,
    known: memory ?? {},
    now,
    onPage: ({ page, lastPage, rows, total }) =>
      options.onProgress?.({
        pagesDone: page,
        ...(lastPage === undefined ? {} : { pagesTotal: lastPage }),
        itemsFetched: rows,
        ...(total === undefined ? {} : { itemsTotal: total }),
      }),
  };
  const batches = walkScope(walk, headStart(source, fetch, memory));
  try {
    for (;;) {
      const next = await batches.next();
      if (next.done) return scopeEnd(next.value, source.memoryKey, memory);
      const { rows, plan, skipParts } = next.value;
      for (const part of partsOfBatch(rows, plan).slice(skipParts)) {
        yield onePageOfRows(part, source.secrets());
      }
    }
  } finally {
    await batches.return(undefined as never);
  }
}

/** What a head walk stands on, where it is asked for and all of it is there. Channels are listed by number: they have no head. */
function headStart(
  { portal, lists }: ScopeSource,
  { options, skipOrdinals, countChanged }: ItemFetch,
  memory: ScopeMemory | undefined,
): HeadStart | undefined {
  if (options.mode !== 'head' || lists.type === 'itv') return undefined;
  if (countChanged === undefined || memory?.frontier === undefined) return undefined;
  return {
    frontier: memory.frontier,
    countChanged,
    fetchFirstByName: () => fetchFirstByName(portal, lists, options.signal),
    judgedOrdinals: skipOrdinals,
  };
}

async function* walkScope(
  walk: WalkOptions,
  head: HeadStart | undefined,
): AsyncGenerator<WalkBatch, WalkEnd & { mode: SyncMode }> {
  if (head !== undefined) {
    const first = await walk.fetchPage(1, walk.signal);
    if (isLongerThanABatch(first)) return { ...(yield* walkHead({ ...walk, ...head, first })), mode: 'head' };
  }
  return { ...(yield* walkList(walk)), mode: 'full' };
}

function isLongerThanABatch(first: ListPage): boolean {
  const size = pageSizeOf(first);
  return first.rows.length > 0 && (first.total ?? Infinity) > planBatches(size).pages * size;
}

/** What is worth remembering: all that a complete walk found; of one that found the list still but short, only by how much. */
function scopeEnd(
  { frontier, totalExcess, ...end }: WalkEnd & { mode: SyncMode },
  key: string,
  before: ScopeMemory | undefined,
): ItemsEnd {
  if (end.outcome !== 'complete' && totalExcess === undefined) return end;
  const newest = frontier ?? before?.frontier;
  const excess = totalExcess ?? before?.totalExcess;
  return {
    ...end,
    memory: {
      key,
      ...(newest === undefined ? {} : { frontier: newest }),
      ...(excess === undefined ? {} : { totalExcess: excess }),
    },
  };
}
