import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FACT_TYPE, STREAM, providerId, subjects, type ProviderId } from '@catalogue-sync/contracts';
import { provisionStreams } from '@catalogue-sync/messaging';
import { waitFor } from '@catalogue-sync/testing';
import { contentOfDocument, contentOfFeed } from '../e2e/support/oracle.js';
import { SnapshotStage } from '../e2e/support/snapshot-stage.js';
import type { TestReplica } from '../e2e/support/test-replica.js';

// Real: Postgres, NATS, replicas of the service in processes of their own that are killed and frozen. Played: the reconciler.
describe('recovery of the fold', () => {
  let stage: SnapshotStage;
  let replicas: TestReplica[] = [];
  let count = 0;
  const newProvider = (): ProviderId => providerId(`p${++count}`);
  const start = async (faults?: string): Promise<TestReplica> => {
    const replica = await stage.startReplica(faults);
    replicas.push(replica);
    return replica;
  };

  beforeAll(async () => {
    stage = await SnapshotStage.open();
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    replicas = [];
  });
  afterAll(() => stage.close());

  /** A first job with `items` movies, and a second one that changes half of them. */
  const fill = (provider: ProviderId, items: number): void => {
    for (let n = 0; n < items; n++)
      stage.feed.put(provider, 'movie', `${n}`, { categoryIds: [`vod:${n % 3}`] });
    stage.feed.endJob(provider);
    for (let n = 0; n < items; n += 2) stage.feed.put(provider, 'movie', `${n}`, { name: 'changed' });
    stage.feed.endJob(provider);
  };
  const expectOracle = async (provider: ProviderId) => {
    const { document, projection, feed } = await stage.contents(provider);
    expect(document).toEqual(feed);
    expect(projection).toEqual(feed.items);
  };
  /** Everything that is kept of a provider, but the position in the stream. */
  const kept = async (provider: ProviderId): Promise<Record<string, unknown>> => {
    const digests: Record<string, unknown> = {};
    for (const table of ['projected_item', 'snapshot', 'snapshot_segment', 'segment_group'])
      digests[table] = await stage.query(
        `select count(*), md5(string_agg(t::text, ',' order by t::text)) from snapshot.${table} t where provider_id = $1`,
        [provider],
      );
    digests['facts'] = await stage.query(
      `select message_id, body from snapshot.outbox where provider_id = $1 order by id`,
      [provider],
    );
    return digests;
  };

  it.each([
    'snapshot.fold.before-commit=kill@2',
    'snapshot.fold.after-commit=kill@2',
    'snapshot.seal.after-commit=kill@1',
    'snapshot.seal.before-commit=kill@2',
    'snapshot.seal.before-commit=throw@1',
  ])('I4, I9: a process that fails at %s loses nothing and doubles nothing', async (faults) => {
    const provider = newProvider();
    fill(provider, 2500);
    const replica = await start(faults);
    await stage.feed.publish(provider);
    if (faults.includes('kill')) {
      await replica.ended();
      for (const { version } of await stage.reader.versions(provider))
        await stage.reader.document(provider, version);
      await start();
    }
    await stage.folded(provider);
    await expectOracle(provider);
    expect(await stage.reader.versions(provider)).toMatchObject([
      { version: 1, as_of_seq: '2501', items_added: 2500, items_updated: 0 },
      { version: 2, as_of_seq: '3752', items_added: 0, items_updated: 1250 },
    ]);
    expect(await stage.facts(provider, 2)).toMatchObject([
      { type: FACT_TYPE.snapshotPublished, id: `${provider}:snapshot:1` },
      { type: FACT_TYPE.snapshotPublished, id: `${provider}:snapshot:2` },
    ]);
    const [orphans] = await stage.query<{ n: number }>(
      `select count(*)::int as n from snapshot.segment s where provider_id = $1 and not exists (
         select from snapshot.snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash)`,
      [provider],
    );
    expect(orphans?.n).toBe(0);
  });

  it('I4: fills a gap at the start of the stream, and one in the middle, from the log', async () => {
    const provider = newProvider();
    fill(provider, 1000);
    await stage.feed.publish(provider);
    const filter = subjects.eventsOf(provider);
    const last = await stage.streams.streams.getMessage(STREAM.events, { last_by_subj: filter });
    const head = stage.feed.of(provider).events.length;
    await stage.streams.streams.purge(STREAM.events, { filter, seq: last!.seq - head + 400 });
    await stage.streams.streams.deleteMessage(STREAM.events, last!.seq - 10);
    stage.feed.requests = 0;
    await start();
    await stage.folded(provider);
    await expectOracle(provider);
    expect(stage.feed.requests).toBe(2);
  });

  it.each(['refilled from what is left of it', 'empty but for the newest event'])(
    'I1, I5: a trimmed log is folded anew to the same state, over a stream that is %s',
    async (stream) => {
      const provider = newProvider();
      fill(provider, 900);
      for (let n = 0; n < 900; n += 3) stage.feed.put(provider, 'movie', `${n}`, { name: 'changed again' });
      for (let n = 1; n < 900; n += 90) stage.feed.remove(provider, 'movie', `${n}`);
      stage.feed.endJob(provider);
      const trimmedTo = stage.feed.of(provider).events.length;
      const then = contentOfFeed(stage.feed, provider);
      for (let n = 0; n < 20; n++) stage.feed.put(provider, 'movie', `late ${n}`);
      stage.feed.put(provider, 'movie', '0', { name: 'changed behind' });
      stage.feed.endJob(provider);
      stage.feed.trim(provider, trimmedTo);
      expect(stage.feed.of(provider).trimmed.size).toBeGreaterThan(500);
      await stage.feed.publish(provider);
      if (stream.startsWith('empty'))
        await stage.streams.streams.purge(STREAM.events, { filter: subjects.eventsOf(provider), keep: 1 });
      stage.feed.requests = 0;
      await start();
      await stage.folded(provider);
      await expectOracle(provider);
      expect(await stage.reader.versions(provider)).toMatchObject([
        { version: 1, as_of_seq: String(trimmedTo) },
        { version: 2, as_of_seq: String(stage.feed.of(provider).events.length) },
      ]);
      expect(contentOfDocument(await stage.reader.document(provider, 1))).toEqual(then);
      // A slice at a time, not a gap at a time.
      expect(stage.feed.requests).toBeLessThan(8);
    },
  );

  it('I1, I4: a wiped stream that is filled anew changes nothing, and the fold goes on behind it', async () => {
    const provider = newProvider();
    fill(provider, 600);
    const replica = await start();
    await stage.settle(provider);
    const before = await kept(provider);
    await stage.streams.streams.delete(STREAM.events);
    await provisionStreams(stage.nats);
    await stage.feed.publish(provider);
    // The end of the first pass over the refilled stream is seen by what comes behind it.
    stage.feed.put(provider, 'movie', 'behind');
    await stage.settle(provider);
    stage.feed.remove(provider, 'movie', 'behind');
    await stage.settle(provider);
    expect(await kept(provider)).toEqual(before);
    await replica.stop();

    await start();
    stage.feed.put(provider, 'movie', 'new');
    stage.feed.endJob(provider);
    await stage.settle(provider);
    await expectOracle(provider);
    expect((await stage.reader.current(provider))?.version).toBe(3);
  });

  it('I4: events that are delivered a second time change nothing', async () => {
    const provider = newProvider();
    fill(provider, 1500);
    const first = await start();
    await stage.settle(provider);
    await first.stop();
    const before = await kept(provider);
    await stage.query(`update snapshot.checkpoint set stream_seq = null where provider_id = $1`, [provider]);
    await start();
    stage.feed.append(provider, 'catalogue.scope-reconciled.v1', {});
    await stage.settle(provider);
    expect(await kept(provider)).toEqual(before);
  });

  it('goes on at the place that the checkpoint names, and only if that event still stands there', async () => {
    const provider = newProvider();
    fill(provider, 300);
    const first = await start();
    await stage.settle(provider);
    await first.stop();
    stage.feed.put(provider, 'movie', 'new');
    stage.feed.endJob(provider);
    await stage.feed.publish(provider);
    await stage.query(`update snapshot.checkpoint set stream_seq = stream_seq + 1 where provider_id = $1`, [
      provider,
    ]);
    stage.feed.requests = 0;
    await start();
    await stage.settle(provider);
    await expectOracle(provider);
    expect(stage.feed.requests).toBe(0);
  });

  it('I8, I10: two replicas share the providers, and each provider is folded once', async () => {
    const providers = Array.from({ length: 4 }, newProvider);
    for (const provider of providers) fill(provider, 1200);
    await Promise.all([start(), start()]);
    await Promise.all(providers.map((provider) => stage.settle(provider)));
    for (const provider of providers) {
      await expectOracle(provider);
      expect((await stage.reader.versions(provider)).map(({ items_added }) => items_added)).toEqual([
        1200, 0,
      ]);
    }
  });

  it('I8: a frozen replica is taken over from, and writes nothing when it wakes', async () => {
    const provider = newProvider();
    fill(provider, 2500);
    const frozen = await start('snapshot.fold.after-commit=stop@1');
    await stage.feed.publish(provider);
    await waitFor(
      async () =>
        Number(
          (
            await stage.query<{ seq: string }>(`select seq from snapshot.checkpoint where provider_id = $1`, [
              provider,
            ])
          )[0]?.seq,
        ) > 0,
      { what: 'the first batch to be folded' },
    );
    await start();
    await stage.folded(provider);
    frozen.thaw();
    await waitFor(() => frozen.output.some((text) => text.includes('the lease is lost')), {
      what: 'the frozen replica to notice',
    });
    await expectOracle(provider);
    expect((await stage.reader.versions(provider)).map(({ version }) => version)).toEqual([1, 2]);
    expect(await stage.facts(provider, 2)).toHaveLength(2);
  });
});
