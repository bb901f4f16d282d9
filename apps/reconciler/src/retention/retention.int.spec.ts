import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { REQUEST, STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';
import { provisionStreams } from '@catalogue-sync/messaging';
import { waitFor } from '@catalogue-sync/testing';
import {
  ReconcilerStage,
  movie,
  movies,
  newProvider,
  type LoggedEvent,
} from '../../e2e/support/reconciler-stage.js';

/** Items by id as a log says them. */
function fold(events: readonly LoggedEvent[]): Record<string, string> {
  const items = new Map<string, string>();
  for (const { type, subject, data } of events)
    if (type === 'catalogue.item-removed.v1') items.delete(subject ?? '');
    else if (type.startsWith('catalogue.item-')) items.set(subject ?? '', data);
  return Object.fromEntries(items);
}

// Real: Postgres, NATS, the reconciler. Played: the fetcher, and the snapshot service, which says what versions it keeps.
describe('retention of the log', () => {
  let stage: ReconcilerStage;
  /** `asOfSeq` of the oldest kept version, by provider. */
  const kept = new Map<ProviderId, number>();

  beforeAll(async () => {
    stage = await ReconcilerStage.open();
    stage.connection.subscribe(REQUEST.getSnapshotPosition, {
      callback: (_error, message) => {
        const { id, data } = message.json<{ id: string; data: { providerId: ProviderId } }>();
        const oldestKeptSeq = kept.get(data.providerId);
        const response = {
          foldedSeq: 0,
          totals: {},
          ...(oldestKeptSeq === undefined ? {} : { oldestKeptSeq }),
        };
        message.respond(JSON.stringify({ id, response, isDisposed: true }));
      },
    });
  });
  afterEach(() => stage.stopReconciler());
  afterAll(() => stage.close());

  const start = (keepDays: number) =>
    stage.startReconciler('reconciler-1', { LOG_KEEP_DAYS: keepDays, LOG_TRIM_EVERY_MS: 100 });
  const head = async (provider: ProviderId) => {
    const { rows } = await stage.db.query<{ first: number; trimmed: number }>(
      `select first_seq::int as first, trimmed_to::int as trimmed from catalogue.stream_head where provider_id = $1`,
      [provider],
    );
    return rows[0];
  };
  const trimmedTo = (provider: ProviderId, upTo: number) =>
    waitFor(async () => (await head(provider))?.trimmed === upTo, {
      what: `the log up to ${upTo} to be trimmed`,
    });
  /** 300 items; then 100 of them updated twice, 30 removed, and one moved to a category of the same name as an item. */
  const history = async (provider: ProviderId): Promise<LoggedEvent[]> => {
    await stage.run(provider, 1).complete(movies(1, 300));
    const changed = (text: string) =>
      movies(1, 300).map((row, index) => (index < 100 ? movie(index + 1, text) : row));
    await stage.run(provider, 2).complete(changed('second'));
    const third = changed('third').slice(0, 270);
    return stage.run(provider, 3).complete([...third, { ...movie(999), category_id: '7' }]);
  };

  it('I5: lets superseded events go, and the fold of what is left stays the whole state', async () => {
    const provider = newProvider();
    await start(0);
    const events = await history(provider);
    const job = events
      .filter(({ type }) => type === 'catalogue.job-reconciled.v1')
      .map(({ seq }) => Number(seq));
    expect(await head(provider)).toEqual({ first: 1, trimmed: 0 });
    kept.set(provider, job[1]!);
    await trimmedTo(provider, job[1]!);
    const left = await stage.log(provider);
    expect(left.length).toBe(events.length - 100 - 2);
    expect(fold(left)).toEqual(fold(events));
    const upTo = (list: LoggedEvent[], seq: number) => fold(list.filter((event) => Number(event.seq) <= seq));
    for (let seq = job[1]!; seq < events.length; seq += 40)
      expect(upTo(left, seq)).toEqual(upTo(events, seq));
    expect(await head(provider)).toEqual({ first: job[1]! + 1, trimmed: job[1] });

    kept.set(provider, job[2]!);
    await trimmedTo(provider, job[2]!);
    const all = await stage.log(provider);
    expect(fold(all)).toEqual(fold(events));
    expect(all.filter(({ type }) => type === 'catalogue.item-removed.v1')).toHaveLength(30);
    expect(all.filter(({ type }) => type === 'catalogue.job-reconciled.v1')).toHaveLength(3);
    const ofItem = all.filter(({ subject }) => subject === 'movie:1');
    expect(ofItem).toHaveLength(1);
    expect(ofItem[0]?.data).toContain('third');
  });

  it('keeps what is young, what a kept snapshot is followed by, and all while none is kept', async () => {
    const [young, none] = [newProvider(), newProvider()];
    await start(1);
    const events = await history(young);
    await history(none);
    kept.set(young, events.length);
    await stage.db.query(
      `update catalogue.event set recorded_at = recorded_at - interval '2 days' where provider_id in ($1, $2) and seq <= 450`,
      [young, none],
    );
    await trimmedTo(young, 450);
    const left = await stage.log(young);
    expect(left.filter(({ seq }) => Number(seq) > 450)).toEqual(events.slice(450));
    expect(left.length).toBeLessThan(events.length);
    expect(await head(none)).toEqual({ first: 1, trimmed: 0 });
  });

  it('I1: a wiped stream is refilled from a trimmed log, and what comes later follows', async () => {
    const provider = newProvider();
    await start(0);
    const events = await history(provider);
    kept.set(provider, events.length);
    await trimmedTo(provider, events.length);
    await stage.stopReconciler();
    const manager = await jetstreamManager(stage.connection);
    await manager.streams.delete(STREAM.events);
    await provisionStreams(stage.connection);
    await start(0);
    await stage.run(provider, 4).complete([...movies(1, 3), movie(5000)], { mode: 'head' });
    const log = await stage.log(provider);
    const inStream = async () => {
      const filter = subjects.eventsOf(provider);
      const { state } = await manager.streams.info(STREAM.events, { subjects_filter: filter });
      return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    };
    await waitFor(async () => (await inStream()) === log.length, { what: 'the stream to hold the log' });
    const last = await manager.streams.getMessage(STREAM.events, {
      last_by_subj: subjects.eventsOf(provider),
    });
    expect(last?.header.get('seq')).toBe(log.at(-1)?.seq);
  });

  it('serves the gap with the point from which on there is none', async () => {
    const provider = newProvider();
    await start(0);
    const events = await history(provider);
    kept.set(provider, events.length);
    await trimmedTo(provider, events.length);
    const slice = await stage.request(REQUEST.getEvents, { providerId: provider, after: 0, limit: 1000 });
    expect(slice).toMatchObject({ head: events.length, firstSeq: events.length + 1 });
    expect(slice.events.map(({ seq }) => String(seq))).toEqual(
      (await stage.log(provider)).map(({ seq }) => seq),
    );
  });
});
