import { describe, expect, it } from '@jest/globals';
import { onReconcilerStage, movies, newProvider, subjectsOf } from '../../e2e/support/reconciler-stage.js';

const on = onReconcilerStage();

describe('I6 removal is proved', () => {
  it('removes what a complete run no longer lists, and nothing after an incomplete one', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 20));
    const partial = await on.stage.run(provider, 2).complete(movies(1, 18), {
      outcome: 'incomplete',
      reason: 'a page is missing',
    });
    expect(subjectsOf(partial, 'item-removed')).toEqual([]);
    const complete = await on.stage.run(provider, 3).complete(movies(1, 18));
    expect(subjectsOf(complete, 'item-removed')).toEqual(['movie:19', 'movie:20']);
    const returned = await on.stage.run(provider, 4).complete(movies(1, 19));
    expect(subjectsOf(returned, 'item-added').slice(20)).toEqual(['movie:19']);
  });

  it('waits for as many complete runs as it is told, and forgets an absence when the item is back', async () => {
    const provider = newProvider();
    const twice = { removalConfirmations: 2 };
    await on.stage.run(provider, 1).complete(movies(1, 5), twice);
    await on.stage.run(provider, 2).complete(movies(1, 4), twice);
    await on.stage.run(provider, 3).complete(movies(1, 5), twice);
    expect(subjectsOf(await on.stage.run(provider, 4).complete(movies(1, 4), twice), 'item-removed')).toEqual(
      [],
    );
    expect(subjectsOf(await on.stage.run(provider, 5).complete(movies(1, 4), twice), 'item-removed')).toEqual(
      ['movie:5'],
    );
  });

  it('holds a removal that is too large to be believed, and an empty answer', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 200));
    const held = await on.stage.run(provider, 2).complete(movies(1, 100));
    expect(subjectsOf(held, 'item-removed')).toEqual([]);
    const { rows } = await on.stage.db.query(
      `select kind, count, state from catalogue.removal_hold where provider_id = $1`,
      [provider],
    );
    expect(rows).toEqual([{ kind: 'movie', count: 100, state: 'held' }]);
    expect(subjectsOf(await on.stage.run(provider, 3).complete([]), 'item-removed')).toEqual([]);
  });
});
