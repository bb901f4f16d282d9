import { describe, expect, it } from '@jest/globals';
import { KNOWN_ITEMS } from '@catalogue-sync/contracts';
import {
  lastScope,
  movie,
  movies,
  newProvider,
  onReconcilerStage,
  subjectsOf,
  type Run,
} from '../../e2e/support/reconciler-stage.js';

const on = onReconcilerStage();

const known = (run: Run, ids: readonly number[]) =>
  run.page(
    ids.map((id) => `movie:${id}`),
    { rowType: KNOWN_ITEMS },
  );

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('items whose rows have not changed', () => {
  it('are there, cost no event, and what is neither named nor listed is removed', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 20));
    const run = on.stage.run(provider, 2, 'list');
    await known(run, upTo(18));
    await run.page([movie(19, 'Another name'), movie(21)]);
    await run.end({ itemRows: 20 });
    const events = await run.reconciled();
    expect(subjectsOf(events, 'item-updated')).toEqual(['movie:19']);
    expect(subjectsOf(events, 'item-removed')).toEqual(['movie:20']);
    expect(lastScope(events)).toMatchObject({
      outcome: 'complete',
      counts: { movie: { added: 1, updated: 1, removed: 1, unchanged: 18 } },
    });
  });

  it('keep their categories, and gain those that a further row names', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 3));
    const run = on.stage.run(provider, 2, 'list');
    await known(run, [1, 2, 3]);
    await run.page([movie(2, 'Not the first row', { category_id: '9' })]);
    await run.end({ itemRows: 4 });
    const events = await run.reconciled();
    const updates = events.filter((event) => event.type === 'catalogue.item-updated.v1');
    expect(updates.map((event) => [event.subject, event.reason])).toEqual([['movie:2', 'recategorised']]);
    expect(JSON.parse(updates[0]?.data ?? '')).toMatchObject({
      name: 'Film 2',
      categoryIds: ['movie:1', 'movie:9'],
    });
  });

  it('that were taken for missing are there again', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 5));
    await on.stage.run(provider, 2, 'list').complete(movies(2, 5), { removalConfirmations: 2 });
    const run = on.stage.run(provider, 3, 'list');
    await known(run, upTo(5));
    await run.end({ itemRows: 5, removalConfirmations: 2 });
    await run.reconciled();
    const events = await on.stage
      .run(provider, 4, 'list')
      .complete(movies(2, 5), { removalConfirmations: 2 });
    expect(lastScope(events)).toMatchObject({ outcome: 'complete', pendingRemovals: 1 });
    expect(subjectsOf(events, 'item-removed')).toEqual([]);
  });

  it.each([
    ['is not known', ['movie:1', 'movie:99']],
    ['is no item', ['movie:1', 7]],
  ])(
    'park their page when one of them %s, and nothing is removed',
    async (_what, ids) => {
      const provider = newProvider();
      await on.stage.run(provider, 1).complete(movies(1, 5));
      const run = on.stage.run(provider, 2, 'list');
      await run.page(ids, { rowType: KNOWN_ITEMS });
      await run.end({ itemRows: 2 });
      const events = await run.reconciled();
      expect(lastScope(events)).toMatchObject({ outcome: 'incomplete' });
      expect(subjectsOf(events, 'item-removed')).toEqual([]);
    },
    30_000,
  );
});
