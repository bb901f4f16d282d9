import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@catalogue-sync/testing';
import { DatabaseSession } from './support/database-session.js';
import { lastPublished } from './support/event-stream.js';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { Rig } from './support/rig.js';
import { Scene } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

describe('nats-server', () => {
  const row = faultTable('nats-server');
  let rig: Rig;
  let database: DatabaseSession;
  beforeAll(async () => {
    rig = await Rig.start();
    database = await DatabaseSession.open(rig.postgresUrl);
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await rig?.stop();
  });

  const headOf = async (scene: Scene): Promise<number> => {
    const [head] = await database.rows<{ seq: string }>(
      'select seq from catalogue.stream_head where provider_id = $1',
      [scene.provider],
    );
    return Number(head?.seq ?? 0);
  };
  /** Resolves when the stream's end is the log's end again. */
  const refilled = (scene: Scene): Promise<boolean> =>
    waitFor(async () => (await lastPublished(rig.natsUrl, scene.provider)) === (await headOf(scene)), {
      timeoutMs: 60_000,
      what: 'the stream to be filled from the log',
    });

  it(`${row({
    name: 'killed while pages are published',
    fault: 'kill -9 of nats-server while the fetcher publishes; restarted on its files',
    expected: 'the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    await scene.firstSync();
    await scene.tomorrow();
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:1500');
    const job = await scene.start();
    await waitFor(async () => (await rig.system.status(scene.provider)).activeJob?.scopes.length, {
      timeoutMs: 60_000,
      what: 'the job to be fetching',
    });
    await rig.kill('nats');
    await rig.disarm('fetcher');
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'killed between commit and publish of events',
    fault: 'kill -9 of nats-server while the reconciler stands at reconciler.page.after-commit',
    expected: 'the job completes; exactly the day’s events, none twice; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    await scene.firstSync();
    await scene.tomorrow();
    const before = await headOf(scene);
    await rig.arm('reconciler', 'reconciler.page.after-commit=delay:2000@1');
    const job = await scene.start();
    await waitFor(async () => (await headOf(scene)) > before, { timeoutMs: 60_000, what: 'a commit' });
    await rig.kill('nats');
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'killed while a version is sealed',
    fault: 'kill -9 of nats-server while the snapshot service stands at snapshot.seal.before-commit',
    expected: 'the job completes with a new version; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream');
    await scene.firstSync();
    await scene.tomorrow();
    await rig.arm('snapshot', 'snapshot.seal.before-commit=delay:2000@1');
    const job = await scene.start();
    await waitFor(() => database.idleInTransaction('snapshot'), { timeoutMs: 60_000, what: 'the seal' });
    await rig.kill('nats');
    expect(await scene.end(job)).toMatchObject({ state: 'completed', snapshotVersion: 2 });
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'frozen for longer than a publish waits',
    fault: 'SIGSTOP of nats-server for 7 s while the fetcher publishes',
    expected: 'the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    await scene.firstSync();
    await scene.tomorrow();
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:1000');
    const job = await scene.start();
    await waitFor(async () => (await rig.system.status(scene.provider)).activeJob?.scopes.length, {
      timeoutMs: 60_000,
      what: 'the job to be fetching',
    });
    const [pid = 0] = rig.pids('nats');
    process.kill(pid, 'SIGSTOP');
    // The fault itself: a time, not a condition.
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    process.kill(pid, 'SIGCONT');
    await rig.disarm('fetcher');
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'its storage wiped at rest',
    fault: 'kill -9 of nats-server, its files deleted, restarted',
    expected:
      'the stream is filled from the log, 1..n; nothing is folded twice; the next sync gives exactly its day’s events',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream');
    await scene.firstSync();
    await rig.kill('nats', () => rmSync(rig.natsStore, { recursive: true, force: true }));
    await refilled(scene);
    const atRest = await scene.rest({ tailing: false });
    expect(atRest.lastSeq).toBe(await headOf(scene));
    expect((await rig.system.snapshots(scene.provider)).map(({ version }) => version)).toEqual([1]);
    await scene.tomorrow();
    expect(await scene.sync()).toMatchObject({ state: 'completed', snapshotVersion: 2 });
    await scene.restExactly({ tailing: false });
    await scene.close();
  });

  it(`${row({
    name: 'its storage wiped, and the reconciler killed in the middle of the refill',
    fault: 'the files deleted; reconciler.log.before-read=kill between two batches of the refill',
    expected: 'the refill goes on where it stood: 1..n, none twice; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream', { movies: 4000, series: 100, channels: 100 });
    await scene.firstSync();
    const deaths = rig.happenings.deathsOf('reconciler') + 1;
    // Every provider of this system is refilled, one after the other: this one has five batches.
    await rig.arm('reconciler', 'reconciler.log.before-read=kill@3');
    await rig.kill('nats', () => rmSync(rig.natsStore, { recursive: true, force: true }));
    await rig.happenings.diedTimes('reconciler', deaths);
    await refilled(scene);
    await scene.rest({ tailing: false });
    await scene.tomorrow();
    expect((await scene.sync()).state).toBe('completed');
    await scene.restExactly({ tailing: false });
    await scene.close();
  });

  it(`${row({
    name: 'its storage wiped in the middle of a sync',
    fault: 'kill -9 of nats-server and its files deleted while pages are in the work queue',
    expected:
      'the job ends and says why it did not complete; nothing is removed wrongly; the next sync completes; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    await scene.firstSync();
    await scene.tomorrow();
    await rig.arm('reconciler', 'reconciler.page.before-commit=delay:1500@1');
    const job = await scene.start();
    await waitFor(() => database.idleInTransaction('reconciler'), { timeoutMs: 60_000, what: 'pages' });
    await rig.kill('nats', () => rmSync(rig.natsStore, { recursive: true, force: true }));
    const end = await scene.end(job);
    expect(end.state === 'completed' || (end.reason ?? '').length > 0).toBe(true);
    await refilled(scene);
    expect((await scene.sync()).state).toBe('completed');
    const atRest = await scene.rest({ tailing: false });
    expect(atRest.ids).toEqual(await scene.liveIds());
    await scene.close();
  });

  it(`${row({
    name: 'its acknowledged tail lost',
    fault: 'nats-server comes back with the files of a day before',
    expected: 'the lost events are published again under their numbers; nothing is folded twice; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream');
    await scene.firstSync();
    const older = join(rig.natsStore, '..', '..', 'older-jetstream');
    await rig.kill('nats', () => cpSync(rig.natsStore, older, { recursive: true }));
    await scene.tomorrow();
    expect((await scene.sync()).state).toBe('completed');
    await rig.kill('nats', () => {
      rmSync(rig.natsStore, { recursive: true, force: true });
      cpSync(older, rig.natsStore, { recursive: true });
    });
    await refilled(scene);
    await scene.restExactly({ tailing: false });
    expect((await rig.system.snapshots(scene.provider)).map(({ version }) => version)).toEqual([2, 1]);
    await scene.tomorrow();
    expect(await scene.sync()).toMatchObject({ state: 'completed', snapshotVersion: 3 });
    await scene.restExactly({ tailing: false });
    await scene.close();
  });
});
