import { describe, expect, it } from '@jest/globals';
import { KNOWN_ITEMS } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import {
  lastScope,
  movie,
  movies,
  newProvider,
  onReconcilerStage,
  subjectsOf,
} from '../../e2e/support/reconciler-stage.js';

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

  it.each([
    ['and new', [], '100 of 200'],
    // The portal's "*" is no category, and whatever else may be called so is not taken for absent.
    ['and new, and rows of which only the id can be read', [{ id: '*' }], '99 of 200'],
  ])(
    'takes the share of all that were known, be they listed as ids, changed, twice %s',
    async (_, unreadable, share) => {
      const provider = newProvider();
      await on.stage.run(provider, 1).complete([...movies(1, 199), { stream_id: '*', name: 'Star' }]);
      const run = on.stage.run(provider, 2, 'list');
      await run.page(
        Array.from({ length: 40 }, (_, index) => `movie:${index + 1}`),
        { rowType: KNOWN_ITEMS },
      );
      await run.page([...movies(40, 80), ...movies(301, 320)]);
      await run.page([movie(80, 'Again', { category_id: '2' }), movie(301), movie(81, 'Renamed')]);
      await run.page(
        Array.from({ length: 20 }, (_, index) => movie(index + 81, 'Moved', { category_id: '3' })),
      );
      await run.page(unreadable, { rowType: 'stalker-category' });
      await run.end({ itemRows: 124 });
      expect(lastScope(await run.reconciled())['reason']).toContain(`${share} would be removed at once`);
    },
  );

  it('takes the share of all that were known in a run that began before what it saw was counted', async () => {
    const provider = newProvider();
    await on.stage.run(provider, 1).complete(movies(1, 200));
    const run = on.stage.run(provider, 2, 'list');
    await run.page(movies(1, 50));
    await waitFor(
      async () =>
        (
          await on.stage.db.query(`select 1 from catalogue.sweep where provider_id = $1 and run_token = 2`, [
            provider,
          ])
        ).rowCount === 1,
      {
        what: 'the begin of the run',
      },
    );
    await on.stage.db.query(
      `update catalogue.sweep set seen = null where provider_id = $1 and run_token = 2`,
      [provider],
    );
    await run.page(movies(51, 100));
    await run.end({ itemRows: 100 });
    expect(lastScope(await run.reconciled())['reason']).toContain('100 of 200 would be removed at once');
  });
});
