import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { emptyCounts, emptyTotals, type SeenIds } from '@catalogue-sync/catalogue';
import type {
  CountsByKind,
  ItemKind,
  PageAttributes,
  ProviderId,
  StoredEvent,
} from '@catalogue-sync/contracts';
import { ITEM_KINDS } from '@catalogue-sync/contracts';
import type { InboundMessage } from '@catalogue-sync/messaging';
import { faultPoint } from '@catalogue-sync/observability';
import type { Lease, LeaseStore } from '@catalogue-sync/persistence';
import { reconcileCategories, type CategoryChanges } from '../category-state/category-state.store.js';
import { appendEvents } from '../event-log/event-log.store.js';
import { addItems, findItems, markPresent, writeItems } from '../item-state/item-state.store.js';
import { judgeSample } from '../sample/judge-sample.js';
import { setAside, takeBack, type RawPage } from '../sample/sampled-page.store.js';
import { lockHead, raiseWatermarks, saveHead, type LockedHead } from '../stream-head/stream-head.store.js';
import { deferredAmong, deferRows } from '../sweep/deferred-row.store.js';
import { knownOrdinals, type SeenPage } from '../sweep/sweep-page.store.js';
import { advanceSweep, countsOnly, findSweep, openSweep } from '../sweep/sweep.store.js';
import type { Sweep } from '../sweep/sweep.js';
import { mapPage, type MappedPage } from './page-message.js';
import { planKnownItems, type KnownPlan } from './plan-known-items.js';
import { planRows, type RowPlan } from './plan-rows.js';

/** A page and what its headers say. */
export interface PageMessage {
  message: InboundMessage;
  attributes: PageAttributes;
}

/** What taking in a batch of pages came to. `sweep` is undefined when the pages belong to a run that is over. */
export interface TakenIn {
  sweep?: Sweep;
  events: StoredEvent[];
}

const NOTHING: TakenIn = { events: [] };

/**
 * One batch of pages of one run becomes states, events and seen ids in ONE transaction: all of it is there, or none of it. Pages of an
 * old run and ordinals that were taken in before change nothing (I4, I8).
 */
export class TakeInPages {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
  ) {}

  async run(
    providerId: ProviderId,
    lease: Lease,
    pages: readonly PageMessage[],
    seen: SeenIds,
  ): Promise<TakenIn> {
    const first = pages[0];
    if (!first) return NOTHING;
    return this.takeIn(providerId, lease, seen, async (em) => {
      const sweep = await openSweep(em, providerId, first.attributes);
      if (!sweep || sweep.state !== 'open') return undefined;
      const fresh = await freshPages(em, sweep, pages);
      return { sweep, pages: await this.believed(em, sweep, fresh) };
    });
  }

  /** The scope has ended while its first rows were still being looked at: they are all there are. */
  async endSample(providerId: ProviderId, lease: Lease, sweep: Sweep, seen: SeenIds): Promise<TakenIn> {
    return this.takeIn(providerId, lease, seen, async (em) => {
      const current = await findSweep(em, providerId, sweep.runToken);
      if (current?.state !== 'open' || current.sample !== 'pending') return undefined;
      const listedRows = current.fetched?.itemRows;
      await judgeSample(em, current, [], {
        ended: true,
        ...(listedRows === undefined ? {} : { listedRows }),
      });
      return { sweep: current, pages: await mappedBack(em, current) };
    });
  }

  private async takeIn(
    providerId: ProviderId,
    lease: Lease,
    seen: SeenIds,
    choose: (em: SqlEntityManager) => Promise<{ sweep: Sweep; pages: MappedPage[] } | undefined>,
  ): Promise<TakenIn> {
    let newlySeen: string[] = [];
    const taken = await this.orm.em.fork().transactional(async (em): Promise<TakenIn> => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, providerId);
      if (head.deleted) return NOTHING;
      const chosen = await choose(em);
      if (!chosen) return NOTHING;
      const { sweep, pages } = chosen;
      if (pages.length === 0) return { sweep, events: [] };
      if (sweep.sample === 'suspected' || sweep.cancelled) {
        await passOver(em, sweep, pages);
        return { sweep, events: [] };
      }
      const plan = await planBatch(em, sweep, pages, seen);
      const events = await this.write(em, head, sweep, pages, plan);
      newlySeen = [...plan.known.newlySeen, ...plan.rows.newlySeen];
      await faultPoint('reconciler.page.before-commit');
      return { sweep, events };
    });
    // Only now: a batch that was rolled back has seen nothing.
    for (const id of newlySeen) seen.add(id);
    await faultPoint('reconciler.page.after-commit');
    return taken;
  }

  /** The pages that may be taken in now. While the run's first rows are looked at, none may: they are put aside. */
  private async believed(
    em: SqlEntityManager,
    sweep: Sweep,
    fresh: readonly FreshPage[],
  ): Promise<MappedPage[]> {
    const mapped = fresh.map((page) => page.mapped);
    if (sweep.sample !== 'pending' || sweep.cancelled || fresh.length === 0) return mapped;
    const listedRows = fresh.findLast((page) => page.raw.attributes.scopeRows !== undefined)?.raw.attributes
      .scopeRows;
    const ids = mapped.flatMap((page) => [...page.knownItems, ...page.items.map((item) => item.id)]);
    await judgeSample(em, sweep, ids, {
      ended: false,
      ...(listedRows === undefined ? {} : { listedRows }),
    });
    if (sweep.sample !== 'pending') return [...(await mappedBack(em, sweep)), ...mapped];
    await setAside(
      em,
      sweep,
      fresh.map((page) => page.raw),
    );
    return [];
  }

  private async write(
    em: SqlEntityManager,
    head: LockedHead,
    sweep: Sweep,
    pages: readonly MappedPage[],
    plan: BatchPlan,
  ): Promise<StoredEvent[]> {
    const { rows, known, categories } = plan;
    const events = await appendEvents(em, head, sweep.jobId, [...categories.drafts, ...rows.drafts]);
    for (const kind of ITEM_KINDS) head.totals[kind] += rows.added[kind];
    for (const page of pages) raiseWatermarks(head, page.items);
    await saveHead(em, head);
    await markPresent(em, sweep.providerId, known.back);
    await addItems(em, sweep.providerId, rows.news);
    await writeItems(em, sweep.providerId, rows.writes);
    await deferRows(em, sweep, rows.deferred);
    const malformed = pages.flatMap((page) => page.malformed);
    await advanceSweep(em, sweep, {
      pages: pages.map((page) => seenPage(page, sweep)),
      itemRows: total(pages.map(itemRowsOf)),
      malformedRows: malformed.length,
      unidentifiedRows: malformed.filter((row) => row.externalId === undefined).length,
      categoryRows: total(pages.map((page) => page.categories.length)),
      changedRows: events.length + rows.deferred.length,
      counts: countsOf(plan),
      seen: seenOf(plan),
    });
    return events;
  }
}

interface BatchPlan {
  rows: RowPlan;
  known: KnownPlan;
  categories: CategoryChanges;
}

/** A page that was not taken in before. */
interface FreshPage {
  raw: RawPage;
  mapped: MappedPage;
}

/** The batch's pages that were not taken in before; a page that stands in the batch twice counts once. */
async function freshPages(
  em: SqlEntityManager,
  sweep: Sweep,
  pages: readonly PageMessage[],
): Promise<FreshPage[]> {
  const known = await knownOrdinals(
    em,
    sweep,
    pages.map((page) => page.attributes.ordinal),
  );
  const fresh: FreshPage[] = [];
  for (const { message, attributes } of pages) {
    if (known.has(attributes.ordinal)) continue;
    known.add(attributes.ordinal);
    const raw = { attributes, rows: message.text() };
    fresh.push({ raw, mapped: mapPage(attributes, raw.rows) });
  }
  return fresh;
}

/** What was put aside, mapped again. */
async function mappedBack(em: SqlEntityManager, sweep: Sweep): Promise<MappedPage[]> {
  const pages = await takeBack(em, sweep);
  return pages.map(({ attributes, rows }) => mapPage(attributes, rows));
}

/** Pages of a run that is not believed are counted, so that it ends, and nothing else. */
async function passOver(em: SqlEntityManager, sweep: Sweep, pages: readonly MappedPage[]): Promise<void> {
  await advanceSweep(em, sweep, {
    ...countsOnly(emptyCounts()),
    pages: pages.map(({ ordinal }) => ({ ordinal, itemIds: [], categoryIds: [] })),
    itemRows: total(pages.map(itemRowsOf)),
  });
}

async function planBatch(
  em: SqlEntityManager,
  sweep: Sweep,
  pages: readonly MappedPage[],
  seen: SeenIds,
): Promise<BatchPlan> {
  const items = pages.flatMap((page) => page.items);
  const knownPlan = await planKnownItems(em, sweep, pages, (id) => seen.has(id));
  const ids = [...new Set(items.map((item) => item.id))];
  const known = await findItems(em, sweep.providerId, ids);
  const repeats = ids.filter((id) => seen.has(id));
  const rows = planRows(items, {
    scope: sweep.scope,
    known,
    seenBefore: (id) => seen.has(id) || knownPlan.newlySeen.has(id),
    deferredBefore: await deferredAmong(em, sweep, repeats),
  });
  const listed = pages.flatMap((page) => page.categories);
  return { rows, known: knownPlan, categories: await reconcileCategories(em, sweep.providerId, listed) };
}

/** The ids a page proves present: also those of rows that were set aside, under every kind their scope may hold. */
function seenPage(page: MappedPage, sweep: Sweep): SeenPage {
  const setAside = page.malformed.flatMap(({ externalId }) =>
    externalId === undefined ? [] : ITEM_KINDS.map((kind: ItemKind) => `${kind}:${externalId}`),
  );
  return {
    ordinal: page.ordinal,
    itemIds: [...page.knownItems, ...page.items.map((item) => item.id), ...setAside],
    categoryIds: [
      ...page.categories.map((category) => category.id),
      ...page.malformed.flatMap(({ externalId }) =>
        externalId === undefined ? [] : [`${sweep.scope}:${externalId}`],
      ),
    ],
  };
}

function itemRowsOf(page: MappedPage): number {
  return page.knownItems.length + page.items.length;
}

function countsOf({ rows, known, categories }: BatchPlan): CountsByKind {
  const counts = emptyCounts();
  for (const kind of ITEM_KINDS) {
    counts[kind].added = rows.added[kind];
    counts[kind].updated = rows.updated[kind];
    counts[kind].unchanged = rows.unchanged[kind] + known.unchanged[kind];
  }
  counts.category.added = categories.added;
  counts.category.updated = categories.updated;
  counts.category.unchanged = categories.unchanged;
  return counts;
}

function seenOf({ rows, known }: BatchPlan): Record<ItemKind, number> {
  const seen = emptyTotals();
  for (const kind of ITEM_KINDS) seen[kind] = rows.seen[kind] + known.unchanged[kind];
  return seen;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
