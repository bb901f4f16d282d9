import { describe, expect, it } from '@jest/globals';
import { REQUEST, type HeldRemoval, type ProviderId } from '@catalogue-sync/contracts';
import {
  onReconcilerStage,
  lastScope,
  movies,
  newProvider,
  subjectsOf,
} from '../../e2e/support/reconciler-stage.js';

const on = onReconcilerStage();

const held = async (providerId: ProviderId): Promise<HeldRemoval[]> =>
  (await on.stage.request(REQUEST.listRemovals, { providerId, state: 'held', limit: 10 })).removals;
const decide = (providerId: ProviderId, removal: HeldRemoval | undefined, decision: 'approve' | 'reject') =>
  on.stage.request(REQUEST.decideRemoval, {
    providerId,
    digest: removal?.digest ?? '',
    decision,
    decidedBy: 'an operator',
  });

describe('I6 a held removal', () => {
  it('names what it holds, and an approval removes at once what is still absent, and ends in a job of its own', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 200));
    await on.stage.run(provider, 2).complete(movies(1, 100));
    const [hold] = await held(provider);
    expect(hold).toMatchObject({
      kind: 'movie',
      cause: 'share',
      state: 'held',
      count: 100,
      stillAbsent: 100,
    });
    const page = await on.stage.request(REQUEST.getRemoval, {
      providerId: provider,
      digest: hold?.digest ?? '',
      limit: 2,
    });
    expect(page.items).toEqual([
      { id: 'movie:101', name: 'Film 101', absent: true },
      { id: 'movie:102', name: 'Film 102', absent: true },
    ]);
    expect(page.nextCursor).toBe('movie:102');

    // A run that is not complete still shows that some are there.
    await on.stage.run(provider, 3).complete(movies(150, 160), { outcome: 'incomplete', reason: 'cut' });
    expect(await held(provider)).toMatchObject([{ count: 100, stillAbsent: 89 }]);
    const { removal, removed } = await decide(provider, hold, 'approve');
    expect(removed).toBe(89);
    expect(removal).toMatchObject({ state: 'approved', decidedBy: 'an operator', stillAbsent: 0 });
    const events = await on.stage.log(provider);
    const gone = subjectsOf(events, 'item-removed');
    expect(gone).toHaveLength(89);
    expect(gone).not.toContain('movie:155');
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({
      cause: 'approval',
      outcome: 'completed',
      totals: { movie: 111 },
      counts: { movie: { removed: 89 } },
    });
    await expect(decide(provider, hold, 'approve')).rejects.toMatchObject({ code: 'removal-decided' });
    // What was approved counts among what was removed within seven days.
    await on.stage.run(provider, 4).complete([...movies(1, 95), ...movies(150, 160)]);
    expect(await held(provider)).toMatchObject([{ cause: 'week', count: 5 }]);
  }, 40_000);

  it('is superseded by a newer set, and says how the two differ', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 200));
    await on.stage.run(provider, 2).complete(movies(1, 100));
    const [older] = await held(provider);
    await on.stage.run(provider, 3).complete(movies(1, 98).slice(2));
    const [newer, ...others] = await held(provider);
    expect(newer).toMatchObject({ count: 104 });
    expect(others).toEqual([]);
    await expect(decide(provider, older, 'approve')).rejects.toMatchObject({
      code: 'removal-superseded',
      message: expect.stringContaining(`${newer?.digest}: 4 more and 0 fewer`),
    });
  }, 40_000);

  it('is not announced again when it was rejected, and nothing goes', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 200));
    await on.stage.run(provider, 2).complete(movies(1, 100));
    const [hold] = await held(provider);
    await decide(provider, hold, 'reject');
    const events = await on.stage.run(provider, 3).complete(movies(1, 100));
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(lastScope(events)).toMatchObject({
      heldRemovals: 100,
      reason: expect.stringContaining('an operator rejected this removal before'),
    });
    expect(await held(provider)).toEqual([]);
    const { rows } = await on.stage.db.query(
      `select 1 from catalogue.outbox where provider_id = $1 and type like '%removal-held%'`,
      [provider],
    );
    expect(rows.length).toBeLessThanOrEqual(1);
  }, 40_000);

  it('lapses when a complete run lists everything again', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 200));
    await on.stage.run(provider, 2).complete(movies(1, 100));
    const [hold] = await held(provider);
    await on.stage.run(provider, 3).complete(movies(1, 200));
    expect(await held(provider)).toEqual([]);
    await expect(decide(provider, hold, 'approve')).rejects.toMatchObject({ code: 'removal-decided' });
  }, 40_000);

  it('of an empty answer can be approved too, and does not count as one more run that missed the items', async () => {
    const provider = newProvider();
    const twice = { removalConfirmations: 2 };
    await on.stage.run(provider, 1).complete(movies(1, 3), twice);
    await on.stage.run(provider, 2).complete([], twice);
    const [hold] = await held(provider);
    expect(hold).toMatchObject({ cause: 'empty-answer', count: 3, stillAbsent: 3 });
    const events = await on.stage.run(provider, 3).complete(movies(1, 2), twice);
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
    expect(lastScope(events)).toMatchObject({ pendingRemovals: 1 });
    await on.stage.run(provider, 4).complete([], twice);
    const [again] = await held(provider);
    expect((await decide(provider, again, 'approve')).removed).toBe(3);
  }, 40_000);

  it('is unknown under another provider', async () => {
    const [provider, other] = [newProvider(), newProvider()];
    await on.stage.run(provider, 1).complete(movies(1, 200));
    await on.stage.run(provider, 2).complete(movies(1, 100));
    const [hold] = await held(provider);
    await expect(decide(other, hold, 'approve')).rejects.toMatchObject({ code: 'removal-not-found' });
  }, 40_000);
});
