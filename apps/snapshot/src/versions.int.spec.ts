import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACT_TYPE, providerId, type ProviderId } from '@catalogue-sync/contracts';
import { SnapshotStage } from '../e2e/support/snapshot-stage.js';

// Real: Postgres, NATS, the service in a process of its own. Played: the reconciler.
describe('versions of a snapshot', () => {
  let stage: SnapshotStage;
  let count = 0;
  const newProvider = (): ProviderId => providerId(`p${++count}`);
  const expectOracle = async (provider: ProviderId) => {
    const { document, projection, feed } = await stage.contents(provider);
    expect(document).toEqual(feed);
    expect(projection).toEqual(feed.items);
  };

  beforeAll(async () => {
    stage = await SnapshotStage.open();
    await stage.startReplica();
  });
  afterAll(() => stage.close());

  it('I5: the document is the fold of the events, over additions, updates, moves and removals', async () => {
    const provider = newProvider();
    const { feed } = stage;
    for (let n = 0; n < 5; n++) feed.category(provider, `${n}`);
    for (let n = 0; n < 1500; n++)
      feed.put(provider, n % 10 === 0 ? 'series' : 'movie', `${n}`, {
        categoryIds:
          n % 7 === 0 ? [] : [`vod:${n % 5}`, ...(n % 11 === 0 ? ['vod:extra', 'vod:"odd\n'] : [])],
        name: `Nächte "${n}" \u2028 🎬 \\`,
      });
    feed.put(provider, 'channel', 'ключ/"1"', { categoryIds: ['live:1'] });
    feed.endJob(provider, { imageBaseUrl: 'http://images.example/' });
    await stage.settle(provider);
    await expectOracle(provider);

    for (let n = 0; n < 300; n += 3)
      feed.put(provider, n % 10 === 0 ? 'series' : 'movie', `${n}`, { name: `New ${n}` });
    for (let n = 1; n < 300; n += 3)
      feed.put(provider, n % 10 === 0 ? 'series' : 'movie', `${n}`, { categoryIds: [`vod:${(n + 1) % 5}`] });
    for (let n = 2; n < 300; n += 3) feed.remove(provider, n % 10 === 0 ? 'series' : 'movie', `${n}`);
    for (let n = 2000; n < 2600; n++) feed.put(provider, 'movie', `${n}`, { categoryIds: ['vod:0'] });
    feed.removeCategory(provider, '4');
    feed.category(provider, '3', 'Renamed');
    feed.endJob(provider);
    await stage.settle(provider);
    await expectOracle(provider);
    expect(await stage.reader.document(provider)).toMatchObject({
      snapshotVersion: 2,
      asOfSeq: feed.of(provider).events.length,
      imageBaseUrl: 'http://images.example/',
      incompleteScopes: [],
      stats: { newItemsAdded: 600, itemsUpdated: 200, itemsRemoved: 100 },
    });
    expect(await stage.position(provider)).toEqual({
      foldedSeq: feed.of(provider).events.length,
      currentVersion: 2,
      oldestKeptSeq: 1507,
      lastJobId: `${provider}-job-2`,
      lastJobChanged: true,
      totals: { channel: 1, movie: 1350 - 90 + 600, series: 150 - 10 },
    });
  });

  it('writes only the segments that changed', async () => {
    const provider = newProvider();
    const { feed } = stage;
    for (let n = 0; n < 2000; n++) feed.put(provider, 'movie', `${n}`, { categoryIds: [`vod:${n % 4}`] });
    feed.endJob(provider);
    await stage.settle(provider);
    feed.put(provider, 'movie', '77', { name: 'Changed' });
    feed.endJob(provider);
    await stage.settle(provider);
    await expectOracle(provider);
    const [rows] = await stage.query<{ all: number; fresh: number; closed: number }>(
      `select count(*)::int as all, count(*) filter (where from_version = 2)::int as fresh, count(*) filter (where to_version = 2)::int as closed
         from snapshot.snapshot_segment where provider_id = $1`,
      [provider],
    );
    expect(rows?.all).toBeGreaterThan(40);
    expect(rows).toMatchObject({ fresh: 1, closed: 1 });
  });

  it('I9: keeps five versions, each complete, and nothing of those before', async () => {
    const provider = newProvider();
    const { feed } = stage;
    const contents: unknown[] = [];
    for (let job = 1; job <= 7; job++) {
      for (let n = 0; n < 60; n++)
        feed.put(provider, 'movie', `${(job * 20 + n) % 100}`, {
          categoryIds: ['vod:1'],
          name: `job ${job}`,
        });
      if (job > 1) feed.remove(provider, 'movie', `${(job * 20 - 1) % 100}`);
      feed.endJob(provider);
      await stage.settle(provider);
      contents[job] = (await stage.reader.document(provider)).movies;
    }
    const versions = await stage.reader.versions(provider);
    expect(versions.map(({ version, current }) => [version, current])).toEqual([
      [3, false],
      [4, false],
      [5, false],
      [6, false],
      [7, true],
    ]);
    for (const { version } of versions)
      expect((await stage.reader.document(provider, version)).movies).toEqual(contents[version]);
    const [orphans] = await stage.query<{ n: number }>(
      `select count(*)::int as n from snapshot.segment s where provider_id = $1 and not exists (
         select from snapshot.v_snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash)`,
      [provider],
    );
    expect(orphans?.n).toBe(0);
    const [stale] = await stage.query<{ n: number }>(
      `select count(*)::int as n from snapshot.snapshot_segment where provider_id = $1 and to_version <= 3`,
      [provider],
    );
    expect(stale?.n).toBe(0);
  });

  it('I9: a reader that has begun a version finishes it, though it is pruned meanwhile', async () => {
    const provider = newProvider();
    const { feed } = stage;
    for (let n = 0; n < 300; n++) feed.put(provider, 'movie', `${n}`, { categoryIds: [`vod:${n % 6}`] });
    feed.endJob(provider);
    await stage.settle(provider);
    const reading = stage.reader.stream(provider, 1);
    const first = await reading.next();
    for (let job = 2; job <= 7; job++) {
      for (let n = 0; n < 300; n++) feed.put(provider, 'movie', `${n}`, { name: `job ${job}` });
      feed.endJob(provider);
      await stage.settle(provider);
    }
    expect((await stage.reader.versions(provider)).map(({ version }) => version)).not.toContain(1);
    let bytes = (first.value as Buffer).length;
    for await (const chunk of reading) bytes += chunk.length;
    expect(bytes).toBeGreaterThan(1000);
  });

  it('confirms a version when a job changed nothing, and spends none', async () => {
    const provider = newProvider();
    const { feed } = stage;
    feed.put(provider, 'movie', '1');
    feed.endJob(provider);
    await stage.settle(provider);
    const before = await stage.reader.current(provider);
    feed.endJob(provider);
    await stage.settle(provider);
    const after = await stage.reader.current(provider);
    expect(after).toMatchObject({ version: 1, generated_at: before?.generated_at, as_of_seq: '2' });
    expect(after?.confirmed_at.getTime()).toBeGreaterThan(before!.confirmed_at.getTime());
    expect(await stage.reader.document(provider)).toMatchObject({
      confirmedAt: after?.confirmed_at.toISOString(),
    });
    expect(await stage.facts(provider, 2)).toEqual([
      {
        type: FACT_TYPE.snapshotPublished,
        id: `${provider}:snapshot:1`,
        body: {
          providerId: provider,
          jobId: `${provider}-job-1`,
          version: 1,
          asOfSeq: 2,
          compressedBytes: Number(before?.gzip_bytes),
          plainBytes: Number(before?.plain_bytes),
          totals: { movie: 1, series: 0, channel: 0 },
        },
      },
      {
        type: FACT_TYPE.snapshotConfirmed,
        id: `${provider}:confirmed:${provider}-job-2`,
        body: { providerId: provider, jobId: `${provider}-job-2`, version: 1, asOfSeq: 2 },
      },
    ]);
    expect(await stage.position(provider)).toMatchObject({
      currentVersion: 1,
      lastJobId: `${provider}-job-2`,
      lastJobChanged: false,
    });
  });

  it('spends no version on changes that were taken back', async () => {
    const provider = newProvider();
    const { feed } = stage;
    feed.put(provider, 'movie', '1', { categoryIds: ['vod:1'], name: 'A' });
    feed.endJob(provider);
    await stage.settle(provider);
    feed.put(provider, 'movie', '1', { name: 'B' });
    feed.put(provider, 'series', '9', { categoryIds: ['vod:9'] });
    feed.put(provider, 'movie', '1', { name: 'A' });
    feed.remove(provider, 'series', '9');
    feed.endJob(provider);
    await stage.settle(provider);
    expect((await stage.reader.versions(provider)).map(({ version }) => version)).toEqual([1]);
    feed.put(provider, 'movie', '2');
    feed.endJob(provider);
    await stage.settle(provider);
    expect(await stage.reader.document(provider)).toMatchObject({
      snapshotVersion: 2,
      stats: { newItemsAdded: 1, itemsUpdated: 0 },
    });
    await expectOracle(provider);
  });

  it('marks scopes that did not complete until they do, and lets only a job that looked confirm', async () => {
    const provider = newProvider();
    const { feed } = stage;
    feed.put(provider, 'movie', '1');
    feed.endJob(provider, {
      outcome: 'partial',
      scopes: [
        { scope: 'vod', outcome: 'complete' },
        { scope: 'live', outcome: 'drifted' },
      ],
    });
    await stage.settle(provider);
    expect(await stage.reader.document(provider)).toMatchObject({
      snapshotVersion: 1,
      incompleteScopes: ['live'],
    });
    const { confirmedAt } = await stage.reader.document(provider);
    feed.endJob(provider, { outcome: 'failed', scopes: [{ scope: 'vod', outcome: 'failed' }] });
    await stage.settle(provider);
    expect(await stage.reader.document(provider)).toMatchObject({
      snapshotVersion: 1,
      confirmedAt,
      incompleteScopes: ['live', 'vod'],
    });
    feed.endJob(provider, {
      scopes: [
        { scope: 'vod', outcome: 'not-modified' },
        { scope: 'live', outcome: 'complete' },
      ],
    });
    await stage.settle(provider);
    expect(await stage.reader.document(provider)).toMatchObject({ snapshotVersion: 1, incompleteScopes: [] });
    expect((await stage.reader.document(provider)).confirmedAt > confirmedAt).toBe(true);
  });

  it('seals an empty catalogue once a job has completed, and not before', async () => {
    const provider = newProvider();
    const { feed } = stage;
    feed.endJob(provider, { outcome: 'failed', scopes: [{ scope: 'vod', outcome: 'failed' }] });
    await stage.settle(provider);
    expect(await stage.reader.versions(provider)).toEqual([]);
    expect(await stage.facts(provider, 1)).toMatchObject([
      { type: FACT_TYPE.snapshotConfirmed, body: { asOfSeq: 1 } },
    ]);
    feed.endJob(provider);
    await stage.settle(provider);
    expect(await stage.reader.document(provider)).toMatchObject({
      snapshotVersion: 1,
      movies: [],
      channelsByCategory: {},
    });
  });
});
