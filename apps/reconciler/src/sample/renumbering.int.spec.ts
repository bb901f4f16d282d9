import { describe, expect, it } from '@jest/globals';
import { REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import {
  onReconcilerStage,
  lastScope,
  movies,
  newProvider,
  subjectsOf,
} from '../../e2e/support/reconciler-stage.js';

const on = onReconcilerStage();

const added = async (provider: ProviderId): Promise<number> =>
  subjectsOf(await on.stage.log(provider), 'item-added').length;

const sampled = (provider: ProviderId, token: number, rows: number) =>
  waitFor(
    async () => {
      const found = await on.stage.db.query(
        `select 1 from catalogue.sweep where provider_id = $1 and run_token = $2 and sample_known + sample_unknown >= $3`,
        [provider, token, rows],
      );
      return found.rows.length > 0;
    },
    { what: `${rows} rows to be looked at` },
  );

describe('I6 suspected renumbering', () => {
  it('stops a run whose first rows are mostly unknown before it emits anything, until an operator approves it', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 300));
    const renumbered = async (token: number, { pageByPage = false } = {}) => {
      const run = on.stage.run(provider, token);
      for (let page = 0; page < 3; page++) {
        await run.page(movies(5001 + page * 100, 5100 + page * 100));
        if (pageByPage) await sampled(provider, token, (page + 1) * 100);
      }
      await run.end({ itemRows: 300 });
      return run.reconciled();
    };
    const events = await renumbered(2);
    expect(subjectsOf(events, 'item-added')).toHaveLength(300);
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(lastScope(events)).toMatchObject({
      outcome: 'incomplete',
      reason: expect.stringContaining('300 of the first 300 rows are unknown'),
    });
    // The same rows are the same suspicion, however many pages the reconciler takes in at once.
    await renumbered(3, { pageByPage: true });
    const { removals } = await on.stage.request(REQUEST.listRemovals, { providerId: provider, limit: 10 });
    expect(removals).toMatchObject([{ cause: 'suspected-renumbering', state: 'held', count: 300 }]);

    await on.stage.request(REQUEST.decideRemoval, {
      providerId: provider,
      digest: removals[0]?.digest ?? '',
      decision: 'approve',
      decidedBy: 'an operator',
    });
    const after = await renumbered(4);
    expect(subjectsOf(after, 'item-added')).toHaveLength(600);
    // The old ids are still not gone: so many at once are held on their own.
    expect(subjectsOf(after, 'item-removed')).toEqual([]);
    const open = await on.stage.request(REQUEST.listRemovals, {
      providerId: provider,
      state: 'held',
      limit: 10,
    });
    expect(open.removals).toMatchObject([{ cause: 'share', count: 300 }]);
  }, 40_000);

  it('lets a run through as soon as half of the first 1,000 rows are known, with nothing lost of what was put aside', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 900));
    const run = on.stage.run(provider, 2);
    // 450 unknown rows come first: the verdict takes until the ninth page.
    for (let page = 0; page < 3; page++) await run.page(movies(5001 + page * 150, 5150 + page * 150));
    for (let page = 0; page < 6; page++) await run.page(movies(1 + page * 150, 150 + page * 150));
    await run.end({ itemRows: 1350 });
    const events = await run.reconciled();
    expect(await added(provider)).toBe(1350);
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(lastScope(events)).toMatchObject({ outcome: 'complete', counts: { movie: { unchanged: 900 } } });
    const { rows } = await on.stage.db.query(`select 1 from catalogue.sampled_page where provider_id = $1`, [
      provider,
    ]);
    expect(rows).toEqual([]);
  }, 40_000);

  it('does not mistake growth for it where the listing says how long it is', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 700));
    const run = on.stage.run(provider, 2);
    for (let page = 0; page < 4; page++) {
      await run.page(movies(5001 + page * 300, 5300 + page * 300), { scopeRows: 1900 });
    }
    await run.page(movies(1, 700), { scopeRows: 1900 });
    await run.end({ itemRows: 1900 });
    await run.reconciled();
    expect(await added(provider)).toBe(1900);
  }, 40_000);

  it('is never suspected of a first sync, a newest-first run, or a small catalogue', async () => {
    const [first, head, small] = [newProvider(), newProvider(), newProvider()];
    await on.stage.run(first, 1).complete(movies(1, 400));
    expect(await added(first)).toBe(400);
    await on.stage.run(head, 1).complete(movies(1, 100));
    const events = await on.stage.run(head, 2, 'head').complete(movies(501, 640));
    expect(await added(head)).toBe(240);
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(lastScope(events)).toMatchObject({ outcome: 'complete', pendingRemovals: 0, heldRemovals: 0 });
    expect(lastScope(events)).not.toHaveProperty('reason');
    await on.stage.run(small, 1).complete(movies(1, 50));
    await on.stage.run(small, 2).complete(movies(101, 150));
    expect(await added(small)).toBe(100);
  }, 40_000);

  it('goes on judging where it stood after a restart', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 900));
    const run = on.stage.run(provider, 2);
    await run.page(movies(5001, 5450));
    await on.stage.stopReconciler();
    await on.stage.startReconciler('reconciler-2');
    await run.page(movies(1, 900));
    await run.end({ itemRows: 1350 });
    await run.reconciled();
    expect(await added(provider)).toBe(1350);
  }, 40_000);
});
