import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { SyncJobView } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { parkedMessages } from './support/database-session.js';
import { deadLetters } from './support/event-stream.js';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { PageTap } from './support/page-tap.js';
import { Rig } from './support/rig.js';
import { Scene } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

describe('delivery', () => {
  const row = faultTable('delivery');
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start();
  }, 120_000);
  afterAll(() => rig?.stop(), 60_000);

  const drained = (tap: PageTap): Promise<boolean> =>
    waitFor(async () => (await tap.waiting()) === 0, {
      timeoutMs: 60_000,
      what: 'the work queue to be empty',
    });

  /** Replays a provider's only dead letter, as an operator would. Its run is over, so its scope is synced anew. */
  async function replay(scene: Scene): Promise<{ outcome: string; job: SyncJobView }> {
    const path = `/api/providers/${scene.provider}/dead-letters`;
    const { body: list } = await rig.system.call<{ deadLetters: { id: string }[] }>('GET', path);
    expect(list.deadLetters).toHaveLength(1);
    const letter = `${path}/${list.deadLetters[0]?.id}/replay`;
    const { body } = await rig.system.call<{ outcome: string; jobId: string }>('POST', letter);
    const job = `/api/providers/${scene.provider}/sync/jobs/${body.jobId}`;
    return { outcome: body.outcome, job: (await rig.system.call<SyncJobView>('GET', job)).body };
  }

  it(`${row({
    name: 'pages delivered again in the middle of their run',
    fault: 'all messages so far are published a second time under no id, while the run goes on',
    expected: 'the repeats change nothing; the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    await scene.firstSync();
    await scene.tomorrow();
    const tap = await PageTap.open(rig.natsUrl, scene.provider);
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:1500@6');
    const job = await scene.start();
    await waitFor(() => tap.seen.length >= 4, { timeoutMs: 60_000, what: 'four pages' });
    expect(await tap.repeat()).toBeGreaterThanOrEqual(4);
    const end = await scene.end(job);
    expect(end.state).toBe('completed');
    // A page that was taken in twice would count twice.
    const counted = [end.counts.movie, end.counts.series, end.counts.channel].map(
      ({ added, updated, unchanged }) => added + updated + unchanged,
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe((await scene.liveIds()).length);
    await drained(tap);
    await scene.restExactly();
    await tap.close();
    await scene.close();
  });

  it(`${row({
    name: 'a whole run delivered again after its end, and again in the next run',
    fault:
      'every message of a closed job is published a second time under no id: at rest, and while a later job runs',
    expected: 'all are acknowledged and dropped; not one event; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    const tap = await PageTap.open(rig.natsUrl, scene.provider);
    await scene.firstSync();
    const before = await scene.rest();
    const messages = await tap.repeat();
    expect(messages).toBeGreaterThan(10);
    await drained(tap);
    expect((await scene.rest()).lastSeq).toBe(before.lastSeq);

    await scene.tomorrow();
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:1500@4');
    const job = await scene.start();
    await waitFor(() => tap.seen.length > 2 * messages + 2, { timeoutMs: 60_000, what: 'the next run' });
    await tap.repeat();
    expect((await scene.end(job)).state).toBe('completed');
    await drained(tap);
    await scene.restExactly();
    await tap.close();
    await scene.close();
  });

  it(`${row({
    name: 'a handler slower than its ack wait',
    fault: 'reconciler.page.after-commit=delay: 12 s, where the ack wait is 10 s',
    expected: 'the pages are not taken in twice; the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    await scene.firstSync();
    await scene.tomorrow();
    await rig.arm('reconciler', 'reconciler.page.after-commit=delay:12000@1');
    const job = await scene.start();
    expect((await scene.end(job)).state).toBe('completed');
    expect(Date.now() - Date.parse(job.createdAt)).toBeGreaterThan(12_000);
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'a poison page',
    fault: 'one page of a portal’s run is no list of rows',
    expected:
      'it parks in the dead letters with its reason; its scope ends incomplete and removes nothing; another provider’s sync completes meanwhile; replaying it syncs that scope anew, which heals all',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    const other = await Scene.open(rig, 'xtream');
    await scene.firstSync();
    await other.firstSync();
    // A run that is not complete adds categories and takes none away: a moved item changes twice.
    await scene.tomorrow({ move: 0 });
    await other.tomorrow();
    const tap = await PageTap.open(rig.natsUrl, scene.provider);
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:4000@9');
    const job = await scene.start();
    const held = await waitFor(() => tap.heldBack('vod'), {
      timeoutMs: 60_000,
      what: 'a page to be held up',
    });
    await tap.poison(held);
    const meanwhile = await other.sync();
    expect(meanwhile.state).toBe('completed');
    const end = await scene.end(job);
    expect(end.state).toBe('partial');
    expect(end.scopes.find(({ scope }) => scope === 'vod')?.outcome).toBe('incomplete');
    expect(end.counts.movie.removed).toBe(0);

    const letter = (await deadLetters(rig.natsUrl)).find(({ headers }) =>
      headers.get('ce-id')?.startsWith(`${scene.provider}:`),
    );
    expect(letter?.subject).toBe('dead.CATALOGUE_PAGES.poison');
    expect(decodeURIComponent(letter?.headers.get('dead-reason') ?? '')).toMatch(/not a JSON array/);
    expect(await parkedMessages(rig.postgresUrl, scene.provider)).toEqual([
      expect.stringMatching(new RegExp(`:${held.ordinal}: .*not a JSON array`)),
    ]);
    await scene.rest({ parked: 1 });
    await other.restExactly();

    const replayed = await replay(scene);
    expect(replayed.outcome).toBe('sync-started');
    const healed = await scene.end(replayed.job);
    expect(healed.scopes.map(({ scope }) => scope)).toEqual(['vod']);
    expect(healed.state).toBe('completed');
    // The other scopes of the poisoned run were complete, so the day is whole now.
    await scene.restExactly({ parked: 1 });
    await Promise.all([tap.close(), scene.close(), other.close()]);
  });
});
