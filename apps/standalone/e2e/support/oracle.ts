import { expect } from '@jest/globals';
import pg from 'pg';
import { fingerprintItem } from '@catalogue-sync/catalogue';
import type { CatalogueItem, ItemId, ProviderId, SnapshotDocument } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import type { System } from './system.js';
import { TailClient, digest, type Digests } from './tail-client.js';

interface EventPage {
  events: { seq: number; type: string; subject?: string; data: CatalogueItem }[];
  nextAfter: number;
  head: number;
}

/** Where every view of a provider's catalogue must agree at rest. */
export interface AtRest {
  /** Ids of all live items, sorted. */
  ids: ItemId[];
  /** Subjects of the events by type, in order. */
  eventsByType: Record<string, string[]>;
  lastSeq: number;
}

/**
 * The oracle of invariant I5: fold(events) = item_state = projected_item = the latest snapshot = what a tailing client holds, and
 * sequence numbers are 1..n on NATS and in the log.
 */
export async function expectAgreement(system: System, provider: ProviderId): Promise<AtRest> {
  const db = new pg.Client({ connectionString: system.ready.postgres });
  await db.connect();
  const tail = await TailClient.start(system.ready.nats, provider);
  try {
    const log = await foldLog(system, provider);
    const ids = [...log.items.keys()].sort();
    await expectItemState(db, provider, log.fingerprints);
    await expectProjection(db, provider, log.items);
    await expectSnapshot(system, provider, log);
    await waitFor(() => tail.lastSeq >= log.lastSeq, {
      timeoutMs: 60_000,
      what: `event ${log.lastSeq} on NATS`,
    });
    tail.check();
    expect(tail.lastSeq).toBe(log.lastSeq);
    expectSame(tail.items, log.items, 'a tailing client');
    return { ids: ids as ItemId[], eventsByType: log.types, lastSeq: log.lastSeq };
  } finally {
    await tail.stop();
    await db.end();
  }
}

interface FoldedLog {
  items: Digests;
  fingerprints: Map<string, string>;
  types: Record<string, string[]>;
  lastSeq: number;
}

async function foldLog(system: System, provider: ProviderId): Promise<FoldedLog> {
  const folded: FoldedLog = { items: new Map(), fingerprints: new Map(), types: {}, lastSeq: 0 };
  const page = async (after: number) => {
    const path = `/api/providers/${provider}/events?after=${after}&limit=1000`;
    return (await system.call<EventPage>('GET', path)).body;
  };
  for (let coming = page(0); ;) {
    const { events, nextAfter, head } = await coming;
    // The next ones come while these are folded.
    if (nextAfter < head) coming = page(nextAfter);
    for (const event of events) {
      // Jest's matchers take longer than all the rest of this loop.
      if (event.seq !== folded.lastSeq + 1)
        throw new Error(`event ${event.seq} of ${provider} follows ${folded.lastSeq}`);
      folded.lastSeq = event.seq;
      const subject = event.subject ?? '';
      (folded.types[event.type] ??= []).push(subject);
      if (event.type === 'catalogue.item-removed.v1') {
        folded.items.delete(subject);
        folded.fingerprints.delete(subject);
      } else if (event.type.startsWith('catalogue.item-')) {
        folded.items.set(subject, digest(JSON.stringify(event.data)));
        folded.fingerprints.set(subject, fingerprintItem(event.data).toString('hex'));
      }
    }
    if (nextAfter >= head) return folded;
  }
}

async function expectItemState(
  db: pg.Client,
  provider: ProviderId,
  fingerprints: Map<string, string>,
): Promise<void> {
  const { rows } = await db.query<{ item_id: string; fingerprint: string }>(
    `select item_id, encode(fingerprint, 'hex') as fingerprint from catalogue.item_state where provider_id = $1`,
    [provider],
  );
  expectSame(new Map(rows.map((row) => [row.item_id, row.fingerprint])), fingerprints, 'item_state');
}

async function expectProjection(db: pg.Client, provider: ProviderId, items: Digests): Promise<void> {
  const { rows } = await db.query<{ item_id: string; payload: string }>(
    `select item_id, payload::text as payload from snapshot.projected_item where provider_id = $1`,
    [provider],
  );
  expectSame(new Map(rows.map((row) => [row.item_id, digest(row.payload)])), items, 'projected_item');
}

async function expectSnapshot(system: System, provider: ProviderId, log: FoldedLog): Promise<void> {
  const { body: document } = await system.call<SnapshotDocument>(
    'GET',
    `/api/providers/${provider}/snapshot`,
  );
  const listed = [...document.movies, ...document.series, ...document.channels];
  expectSame(
    new Map(listed.map((item) => [item.id, digest(JSON.stringify(item))])),
    log.items,
    'the snapshot',
  );
  expect(document.stats).toMatchObject({
    totalMovies: document.movies.length,
    totalSeries: document.series.length,
    totalChannels: document.channels.length,
  });
  expect(document.asOfSeq).toBeLessThanOrEqual(log.lastSeq);
  const byCategory: Record<string, string[]> = {};
  for (const item of listed)
    for (const id of item.categoryIds) (byCategory[`${item.kind} ${id}`] ??= []).push(item.id);
  const indexed: Record<string, string[]> = {};
  const indexes = {
    movie: document.moviesByCategory,
    series: document.seriesByCategory,
    channel: document.channelsByCategory,
  };
  for (const [kind, index] of Object.entries(indexes)) {
    for (const [id, ids] of Object.entries(index)) if (ids.length > 0) indexed[`${kind} ${id}`] = ids;
  }
  expectSame(sortedLists(indexed), sortedLists(byCategory), 'the snapshot’s category index');
}

function sortedLists(lists: Record<string, string[]>): Map<string, string> {
  return new Map(Object.entries(lists).map(([key, ids]) => [key, digest([...ids].sort().join('\n'))]));
}

/** Compares two maps, and names the first differences rather than printing tens of thousands of lines. */
function expectSame(
  actual: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  what: string,
): void {
  const missing = [...expected.keys()].filter((key) => !actual.has(key)).slice(0, 5);
  const surplus = [...actual.keys()].filter((key) => !expected.has(key)).slice(0, 5);
  const different = [...expected].filter(([key, value]) => actual.has(key) && actual.get(key) !== value);
  expect({ what, missing, surplus, different: different.slice(0, 5).map(([key]) => key) }).toEqual({
    what,
    missing: [],
    surplus: [],
    different: [],
  });
}
