import { describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { REQUEST, STREAM, subjects } from '@catalogue-sync/contracts';
import { provisionStreams } from '@catalogue-sync/messaging';
import { waitFor } from '@catalogue-sync/testing';
import {
  onReconcilerStage,
  lastScope,
  movie,
  movies,
  newProvider,
  subjectsOf,
} from '../../e2e/support/reconciler-stage.js';

const on = onReconcilerStage();

describe('pages of a run', () => {
  it('numbers a provider’s events 1..n in commit order, and publishes exactly those (I2, I3)', async () => {
    const provider = newProvider();
    const run = on.stage.run(provider, 1);
    for (let page = 0; page < 7; page++) await run.page(movies(page * 300 + 1, page * 300 + 300));
    await run.end();
    const events = await run.reconciled();
    expect(events.map((event) => Number(event.seq))).toEqual(events.map((_, index) => index + 1));
    expect(subjectsOf(events, 'item-added')).toHaveLength(2100);

    const published: number[] = [];
    const subscription = await jetstream(on.stage.connection).consumers.get(STREAM.events, {
      filter_subjects: [subjects.eventsOf(provider)],
    });
    const messages = await subscription.fetch({ max_messages: events.length, expires: 5000 });
    for await (const message of messages) published.push(Number(message.headers?.get('seq')));
    expect(published).toEqual(events.map((_, index) => index + 1));
  });

  it('changes nothing when a page comes again, in this run or from one that is over (I4, I8)', async () => {
    const provider = newProvider();
    const first = on.stage.run(provider, 5);
    await first.page(movies(1, 10));
    await first.page(movies(1, 10), { ordinal: 1 });
    await first.end();
    const events = await first.reconciled();
    expect(subjectsOf(events, 'item-added')).toHaveLength(10);

    const stale = on.stage.run(provider, 4);
    await stale.page([movie(99)]);
    await on.stage.run(provider, 6).complete(movies(1, 10));
    expect(subjectsOf(await on.stage.log(provider), 'item-added')).toHaveLength(10);
  });

  it('tells one update for an item whose categories changed, whatever else did', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete([movie(1), movie(2), movie(3)]);
    const events = await on.stage
      .run(provider, 2)
      .complete([
        movie(1, 'Film 1', { category_id: '2' }),
        movie(2, 'Other name', { category_id: '2' }),
        movie(3),
        movie(3, 'Film 3', { category_id: '9' }),
      ]);
    const updates = events.filter((event) => event.type === 'catalogue.item-updated.v1');
    expect(updates.map((event) => [event.subject, event.reason])).toEqual([
      ['movie:1', 'recategorised'],
      ['movie:2', 'changed'],
      ['movie:3', 'recategorised'],
    ]);
    const categories = updates.map(
      (event) => (JSON.parse(event.data) as { categoryIds: string[] }).categoryIds,
    );
    expect(categories).toEqual([['movie:2'], ['movie:2'], ['movie:1', 'movie:9']]);
  });

  it('sets a malformed row aside and does not take it for removed (I11)', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 3));
    const events = await on.stage
      .run(provider, 2)
      .complete([movie(1), 'not a row', { name: 'no id' }, movie(2), movie(3)]);
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(JSON.parse(events.at(-2)?.data ?? '')).toMatchObject({ malformedRows: 2 });
  });

  it('parks a page that is no list, ends its scope incomplete, and lets other providers flow (I10, I11)', async () => {
    const [bad, good] = [newProvider(), newProvider()];
    await on.stage.run(bad, 1).complete(movies(1, 3));
    const poisoned = on.stage.run(bad, 2);
    await poisoned.page('{"not": "a list"');
    await poisoned.page(movies(1, 2));
    await poisoned.end();
    expect(subjectsOf(await on.stage.run(good, 1).complete(movies(1, 5)), 'item-added')).toHaveLength(5);
    const events = await poisoned.reconciled();
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(JSON.parse(events.at(-2)?.data ?? '')).toMatchObject({ outcome: 'incomplete' });
    const { rows } = await on.stage.db.query(
      `select ordinal from catalogue.dead_letter where provider_id = $1`,
      [bad],
    );
    expect(rows).toEqual([{ ordinal: 1 }]);
  });

  it('fills a wiped JetStream anew from the log, the same events under the same ids (I1)', async () => {
    const provider = newProvider();
    const events = await on.stage.run(provider, 1).complete(movies(1, 50));
    const manager = await jetstreamManager(on.stage.connection);
    const idsInStream = async (): Promise<string[]> => {
      const consumer = await jetstream(on.stage.connection).consumers.get(STREAM.events, {
        filter_subjects: [subjects.eventsOf(provider)],
      });
      const ids: string[] = [];
      for await (const message of await consumer.fetch({ max_messages: events.length, expires: 2000 })) {
        ids.push(message.headers?.get('Nats-Msg-Id') ?? '');
      }
      return ids;
    };
    const before = await waitFor(
      async () => ((await idsInStream()).length === events.length ? idsInStream() : undefined),
      {
        what: 'the events to be published',
      },
    );
    await manager.streams.delete(STREAM.events);
    await provisionStreams(on.stage.connection);
    const after = await waitFor(
      async () => ((await idsInStream()).length === events.length ? idsInStream() : undefined),
      {
        timeoutMs: 60_000,
        what: 'the stream to be filled anew',
      },
    );
    expect(after).toEqual(before);
    expect(before).toEqual(events.map((event) => `${provider}:${event.seq}`));
  }, 40_000);

  it('takes in nothing more of a job that was cancelled, and removes nothing because of it', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 10));
    const run = on.stage.run(provider, 2);
    await run.page(movies(11, 20));
    await waitFor(async () => subjectsOf(await on.stage.log(provider), 'item-added').length === 20, {
      what: 'the first page',
    });
    await on.stage.request(REQUEST.cancelJob, { providerId: provider, jobId: run.jobId });
    await run.page(movies(21, 30));
    await run.end();
    const events = await run.reconciled();
    expect(subjectsOf(events, 'item-added')).toHaveLength(20);
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(lastScope(events)).toMatchObject({ outcome: 'cancelled' });
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ outcome: 'cancelled' });
    // A scope of which nothing had come yet ends the same way.
    const early = on.stage.run(provider, 3);
    await on.stage.request(REQUEST.cancelJob, { providerId: provider, jobId: early.jobId });
    expect(subjectsOf(await early.complete(movies(31, 40)), 'item-added')).toHaveLength(20);
  });
});
