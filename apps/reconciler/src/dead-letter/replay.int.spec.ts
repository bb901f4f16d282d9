import { describe, expect, it } from '@jest/globals';
import { REQUEST, type DeadLetter, type ProviderId, type RequestMap } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import {
  onReconcilerStage,
  lastScope,
  movies,
  newProvider,
  subjectsOf,
} from '../../e2e/support/reconciler-stage.js';

const on = onReconcilerStage();

const deadLetters = async (providerId: ProviderId): Promise<DeadLetter[]> =>
  (await on.stage.request(REQUEST.listDeadLetters, { providerId, limit: 10 })).deadLetters;
const parked = (providerId: ProviderId, count: number): Promise<DeadLetter[]> =>
  waitFor(
    async () => {
      const letters = await deadLetters(providerId);
      return letters.length >= count ? letters : undefined;
    },
    { what: 'the page to be parked' },
  );
const replay = (providerId: ProviderId, letter: DeadLetter | undefined) =>
  on.stage.request(REQUEST.replayDeadLetter, { providerId, id: letter?.id ?? '', trigger: 'test' });

describe('I11 a parked page', () => {
  it('goes back into its run while that is open, and the run ends complete when it is through', async () => {
    const provider = newProvider();
    const run = on.stage.run(provider, 1);
    await run.page('{"not": "a list"');
    const [letter] = await parked(provider, 1);
    expect(letter).toMatchObject({ scope: 'movie', runToken: 1, ordinal: 1 });
    expect(letter?.reason).toMatch(/not a JSON array/);
    // What made it unreadable is mended meanwhile.
    await on.stage.db.query(`update catalogue.dead_letter set body = $2 where provider_id = $1`, [
      provider,
      Buffer.from(JSON.stringify(movies(1, 3))),
    ]);
    expect(await replay(provider, letter)).toEqual({ outcome: 'replayed' });
    await run.page(movies(4, 5));
    await run.end();
    const events = await run.reconciled();
    expect(new Set(subjectsOf(events, 'item-added'))).toEqual(
      new Set(['movie:1', 'movie:2', 'movie:3', 'movie:4', 'movie:5']),
    );
    expect(lastScope(events)).toMatchObject({ outcome: 'complete' });
    expect((await deadLetters(provider))[0]?.replayedAt).toBeDefined();
  });

  it('is parked anew when it fails again', async () => {
    const provider = newProvider();
    const run = on.stage.run(provider, 1);
    await run.page('{"not": "a list"');
    const [letter] = await parked(provider, 1);
    await replay(provider, letter);
    expect(await parked(provider, 2)).toHaveLength(2);
    await run.end();
    expect(lastScope(await run.reconciled())).toMatchObject({ outcome: 'incomplete' });
  });

  it('of a run that is over starts a sync of its scope instead', async () => {
    const provider = newProvider();
    const run = on.stage.run(provider, 1);
    await run.page('{"not": "a list"');
    await run.end();
    await run.reconciled();
    const asked: RequestMap[typeof REQUEST.startSync][0][] = [];
    const fetcher = on.stage.connection.subscribe(REQUEST.startSync, {
      callback: (_error, message) => {
        const { id, data } = message.json<{ id: string; data: (typeof asked)[number] }>();
        asked.push(data);
        message.respond(
          JSON.stringify({ id, response: { job: { id: 'j1' }, started: true }, isDisposed: true }),
        );
      },
    });
    const [letter] = await parked(provider, 1);
    expect(await replay(provider, letter)).toEqual({ outcome: 'sync-started', jobId: 'j1' });
    expect(asked).toEqual([{ providerId: provider, mode: 'full', trigger: 'test', scopes: ['movie'] }]);
    fetcher.unsubscribe();
    const unknown = { id: '999999' } as DeadLetter;
    await expect(replay(provider, unknown)).rejects.toMatchObject({ code: 'dead-letter-not-found' });
  });
});
