import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ERROR_CODE,
  REQUEST,
  providerId,
  type ProviderId,
  type RebuildReport,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { SnapshotStage } from '../e2e/support/snapshot-stage.js';

// Real: Postgres, NATS, the service in a process of its own. Played: the reconciler.
describe('what an operator asks for', () => {
  let stage: SnapshotStage;
  let count = 0;
  const newProvider = (): ProviderId => providerId(`p${++count}`);
  const restore = (provider: ProviderId, version: number) =>
    stage.request(REQUEST.restoreSnapshot, { providerId: provider, version });
  const lift = (provider: ProviderId) => stage.request(REQUEST.liftSnapshotPin, { providerId: provider });
  const kept = async (provider: ProviderId) =>
    (
      await stage.query<{ version: number; current: boolean; pinned: boolean }>(
        `select version, current, pinned from snapshot.v_snapshot where provider_id = $1 order by version`,
        [provider],
      )
    ).map(
      ({ version, current, pinned }) => `${version}${current ? ' current' : ''}${pinned ? ' pinned' : ''}`,
    );
  /** A job that changes, moves and adds items; gives what its version holds. */
  const seal = async (provider: ProviderId, job: number): Promise<unknown> => {
    const { feed } = stage;
    for (let n = 0; n < 90; n += 1 + (job % 3))
      feed.put(provider, 'movie', `${n}`, { categoryIds: [`vod:${(n + job) % 3}`], name: `job ${job}` });
    if (job > 1) feed.remove(provider, 'movie', `${job}`);
    feed.put(provider, 'movie', `new ${job}`);
    feed.endJob(provider);
    await stage.settle(provider);
    return (await stage.reader.document(provider)).movies;
  };

  const rebuilt = async (provider: ProviderId): Promise<RebuildReport> => {
    expect(await stage.request(REQUEST.startRebuild, { providerId: provider })).toMatchObject({
      rebuild: { state: expect.stringMatching('running|done') as unknown as string },
    });
    const { report, reason } = await waitFor(
      async () => {
        const { rebuild } = await stage.request(REQUEST.getRebuild, { providerId: provider });
        return rebuild === undefined || rebuild.state === 'running' ? undefined : rebuild;
      },
      { what: 'the rebuild to end', timeoutMs: 60_000 },
    );
    if (report === undefined) throw new Error(reason);
    return report;
  };
  const expectOracle = async (provider: ProviderId) => {
    const { document, projection, feed } = await stage.contents(provider);
    expect(document).toEqual(feed);
    expect(projection).toEqual(feed.items);
  };
  const rowsOf = (provider: ProviderId) =>
    stage.query(
      `select i.*, s.name_order, s.lexemes::text from snapshot.projected_item i
         left join snapshot.searchable_item s using (provider_id, item_id) where provider_id = $1 order by item_id`,
      [provider],
    );

  beforeAll(async () => {
    stage = await SnapshotStage.open();
    await stage.startReplica();
  });
  afterAll(() => stage.close());

  it('I9: a pinned version is kept whole while newer ones are sealed, and goes with its pin', async () => {
    const provider = newProvider();
    const movies: unknown[] = [];
    for (let job = 1; job <= 3; job++) movies[job] = await seal(provider, job);
    expect(await restore(provider, 2)).toEqual({ servedVersion: 2 });
    for (let job = 4; job <= 9; job++) movies[job] = await seal(provider, job);
    expect(await kept(provider)).toEqual(['2 pinned', '5', '6', '7', '8', '9 current']);
    for (const version of [2, 5, 6, 7, 8, 9])
      expect((await stage.reader.document(provider, version)).movies).toEqual(movies[version]);
    const { document, projection, feed } = await stage.contents(provider);
    expect(document).toEqual(feed);
    expect(projection).toEqual(feed.items);

    expect(await lift(provider)).toEqual({ servedVersion: 9 });
    expect(await lift(provider)).toEqual({ servedVersion: 9 });
    expect(await kept(provider)).toEqual(['5', '6', '7', '8', '9 current']);
    const [left] = await stage.query<{ rows: number; segments: number }>(
      `select (select count(*) from snapshot.snapshot_segment where provider_id = $1 and to_version <= 5)::int as rows,
              (select count(*) from snapshot.segment s where provider_id = $1 and not exists (
                 select from snapshot.v_snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash))::int as segments`,
      [provider],
    );
    expect(left).toEqual({ rows: 0, segments: 0 });
  });

  it('moves a pin to another version, and no event or position moves with it', async () => {
    const provider = newProvider();
    for (let job = 1; job <= 3; job++) await seal(provider, job);
    const before = await stage.position(provider);
    await restore(provider, 1);
    await restore(provider, 3);
    expect(await kept(provider)).toEqual(['1', '2', '3 current pinned']);
    await restore(provider, 1);
    expect(await kept(provider)).toEqual(['1 pinned', '2', '3 current']);
    expect(await stage.position(provider)).toEqual(before);
  });

  it('refuses what is not kept, and says what is', async () => {
    const provider = newProvider();
    await expect(restore(provider, 1)).rejects.toMatchObject({ code: ERROR_CODE.snapshotNotFound });
    expect(await lift(provider)).toEqual({});
    for (let job = 1; job <= 6; job++) await seal(provider, job);
    await expect(restore(provider, 1)).rejects.toMatchObject({
      code: ERROR_CODE.snapshotNotFound,
      message: 'Version 1 is not kept. Kept are 2, 3, 4, 5, 6.',
    });
    await expect(restore(provider, 1.5)).rejects.toMatchObject({ code: ERROR_CODE.invalidRequest });
    stage.feed.delete(provider);
    await stage.settle(provider);
    await expect(restore(provider, 2)).rejects.toMatchObject({ code: ERROR_CODE.providerNotFound });
    await expect(lift(provider)).rejects.toMatchObject({ code: ERROR_CODE.providerNotFound });
  });

  it('I1, I5: a catalogue that was damaged by hand is equal again after a rebuild, which says where it was not', async () => {
    const provider = newProvider();
    for (let n = 0; n < 3; n++) stage.feed.category(provider, `${n}`);
    for (let job = 1; job <= 3; job++) await seal(provider, job);
    const before = await rowsOf(provider);
    expect(await rebuilt(provider)).toMatchObject({
      equal: true,
      events: stage.feed.of(provider).events.length,
    });
    expect(await rowsOf(provider)).toEqual(before);

    const damage = [
      `delete from snapshot.projected_item where provider_id = $1 and item_id in ('movie:10', 'movie:new 1')`,
      `update snapshot.projected_item set payload = replace(payload, 'job', 'mob') where provider_id = $1 and item_id = 'movie:21'`,
      `update snapshot.projected_item set category = 'vod:elsewhere' where provider_id = $1 and item_id = 'movie:24'`,
      `insert into snapshot.projected_item select provider_id, 'movie:ghost', kind, category, more_categories, slot, added_in, updated_in, payload
         from snapshot.projected_item where provider_id = $1 and item_id = 'movie:30'`,
      `delete from snapshot.searchable_item where provider_id = $1 and item_id = 'movie:40'`,
      `delete from snapshot.projected_category where provider_id = $1 and category_id = 'vod:1'`,
      `update snapshot.checkpoint set total_movies = 7 where provider_id = $1`,
    ];
    for (const statement of damage) await stage.query(statement, [provider]);
    const report = await rebuilt(provider);
    expect(report).toMatchObject({
      equal: false,
      items: { missing: 2, surplus: 1, different: 2 },
      categories: { missing: 1, surplus: 0, different: 0 },
      searchRows: 1,
    });
    expect(report.examples.toSorted()).toEqual([
      'movie:10',
      'movie:21',
      'movie:24',
      'movie:ghost',
      'movie:new 1',
      'vod:1',
    ]);
    // The version had been sealed before the damage.
    expect(report.newVersion).toBeUndefined();
    expect(report.checksums.rebuilt).toBe(report.checksums.served);
    expect((await rowsOf(provider)).map(({ lexemes, payload }) => [lexemes, payload] as unknown)).toEqual(
      before.map(({ lexemes, payload }) => [lexemes, payload] as unknown),
    );
    await expectOracle(provider);
    expect((await stage.position(provider)).totals.movie).toBe(before.length);
    expect(await rebuilt(provider)).toMatchObject({ equal: true });
    await seal(provider, 4);
    await expectOracle(provider);
    const rows = await stage.rowCounts(`${provider}~rebuild` as ProviderId);
    expect(Object.values(rows).every((n) => n === 0)).toBe(true);
  });

  it('seals a right version in the place of a wrong one', async () => {
    const provider = newProvider();
    await seal(provider, 1);
    await stage.query(
      `update snapshot.projected_item set payload = replace(payload, 'job', 'mob') where provider_id = $1`,
      [provider],
    );
    // Where the manifest names no segment, the next one has what changed since, and no more.
    await stage.query(
      `delete from snapshot.snapshot_segment where provider_id = $1 and category in ('vod:0', 'vod:1')`,
      [provider],
    );
    await seal(provider, 2);
    expect((await stage.contents(provider)).document).not.toEqual((await stage.contents(provider)).feed);
    const report = await rebuilt(provider);
    expect(report).toMatchObject({ equal: false, newVersion: 3 });
    expect(report.checksums.rebuilt).not.toBe(report.checksums.served);
    await expectOracle(provider);
    expect(await stage.position(provider)).toMatchObject({
      currentVersion: 3,
      foldedSeq: stage.feed.of(provider).events.length,
    });
    await seal(provider, 3);
    expect((await stage.reader.current(provider))?.version).toBe(4);
    await expectOracle(provider);
  });

  it('refuses a rebuild before the first version, while events wait to be folded, and in the middle of a sync', async () => {
    const provider = newProvider();
    const start = () => stage.request(REQUEST.startRebuild, { providerId: provider });
    await expect(start()).rejects.toMatchObject({ code: ERROR_CODE.snapshotNotFound });
    await seal(provider, 1);
    stage.feed.put(provider, 'movie', 'waiting');
    await expect(start()).rejects.toMatchObject({
      code: ERROR_CODE.providerBusy,
      message: '1 events are still to be folded: try again when they are.',
    });
    await stage.settle(provider);
    await expect(start()).rejects.toMatchObject({ code: ERROR_CODE.providerBusy });
    stage.feed.endJob(provider);
    await stage.settle(provider);
    expect(await rebuilt(provider)).toMatchObject({ equal: true });
  });
});
