import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PAGE_MESSAGE_TYPE, REQUEST, type ProviderId, type ScopeFetched } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';

let bench: FetcherBench;
beforeAll(async () => {
  bench = await FetcherBench.start();
  await bench.replica('one');
  await bench.standIn.takePages();
});
afterEach(() => {
  bench.standIn.pendingRemovals = 0;
});
afterAll(() => bench.stop());

const pagesOf = (providerId: ProviderId): number =>
  bench.standIn.of(providerId).filter(({ type }) => type === PAGE_MESSAGE_TYPE.pageFetched).length;
const outcomes = async (providerId: ProviderId) =>
  (await bench.sync(providerId)).scopes.map(({ outcome }) => outcome);
const NOT_MODIFIED = ['not-modified', 'not-modified', 'not-modified'];

describe('a regular sync of a panel', () => {
  it('publishes no page of a list that is the same as last time, and says so', async () => {
    const providerId = await bench.provider();
    const first = await bench.sync(providerId);
    expect(first.scopes.map(({ mode, modeReason }) => [mode, modeReason])).toEqual(
      Array.from({ length: 3 }, () => ['full', 'never read completely before']),
    );
    const pages = pagesOf(providerId);
    const second = await bench.sync(providerId);
    expect(second.state).toBe('completed');
    expect(second.scopes.map(({ mode, outcome }) => [mode, outcome])).toEqual(
      Array.from({ length: 3 }, () => ['list', 'not-modified']),
    );
    expect(pagesOf(providerId)).toBe(pages);

    bench.panel.rows.movie += 1;
    expect(await outcomes(providerId)).toEqual(['not-modified', 'complete', 'not-modified']);
    expect(await outcomes(providerId)).toEqual(NOT_MODIFIED);
    const [end] = bench.standIn
      .of(providerId)
      .filter(({ type }) => type === PAGE_MESSAGE_TYPE.scopeFetched)
      .slice(-1);
    expect(JSON.parse(end?.text ?? '')).toMatchObject({
      mode: 'list',
      outcome: 'not-modified',
      expectedPages: 0,
    } satisfies Partial<ScopeFetched>);
  });

  it('believes no digest while absences await confirmation', async () => {
    const providerId = await bench.provider();
    bench.standIn.pendingRemovals = 1;
    await bench.sync(providerId);
    expect(await outcomes(providerId)).toEqual(['complete', 'complete', 'complete']);
    bench.standIn.pendingRemovals = 0;
    await bench.sync(providerId);
    expect(await outcomes(providerId)).toEqual(NOT_MODIFIED);
  });

  it('believes no digest after a list that broke off, though the same list as before comes again', async () => {
    const providerId = await bench.provider('a panel that breaks off', { scopeAttempts: 1 });
    await bench.sync(providerId);
    bench.panel.rows.movie += 1;
    bench.panel.cutting.set('get_vod_streams', 1_000);
    expect((await outcomes(providerId))[1]).toBe('incomplete');
    bench.panel.cutting.clear();
    bench.panel.rows.movie -= 1;
    expect((await outcomes(providerId))[1]).toBe('complete');
    expect(await outcomes(providerId)).toEqual(NOT_MODIFIED);
  });

  it('believes no digest after a try that broke off, though the next one finds the same list as before', async () => {
    const providerId = await bench.provider('a panel with two faces');
    await bench.sync(providerId);
    bench.panel.rows.movie += 1;
    // A request is repeated five times before its try counts as failed.
    bench.panel.cutting.set('get_vod_streams', 5);
    const ended = bench.sync(providerId);
    await waitFor(() => bench.panel.cutting.get('get_vod_streams') === 0);
    bench.panel.rows.movie -= 1;
    const [, movies] = (await ended).scopes;
    expect(movies).toMatchObject({ attempt: 2, outcome: 'complete' });
    expect(await outcomes(providerId)).toEqual(NOT_MODIFIED);
  });

  it('reads everything again on request, after a reset, and when it points elsewhere', async () => {
    const providerId = await bench.provider();
    await bench.sync(providerId);
    const full = await bench.send(REQUEST.startSync, { providerId, mode: 'full', trigger: 'test' });
    const read = await bench.ended(providerId, full.job.id);
    expect(read.scopes.map(({ outcome }) => outcome)).toEqual(['complete', 'complete', 'complete']);
    await bench.send(REQUEST.resetProvider, { providerId });
    expect(await outcomes(providerId)).toEqual(['complete', 'complete', 'complete']);
    expect(await outcomes(providerId)).toEqual(NOT_MODIFIED);
    const connection = { ...bench.connection, userAgent: 'another box' } as typeof bench.connection;
    await bench.send(REQUEST.updateProvider, { providerId, connection, sameCatalogue: true });
    expect(await outcomes(providerId)).toEqual(['complete', 'complete', 'complete']);
  });

  it('keeps the newest moments that the provider names, per kind', async () => {
    const providerId = await bench.provider();
    await bench.sync(providerId);
    const { watermarks } = await bench.send(REQUEST.getSyncStatus, { providerId });
    expect(watermarks).toEqual({ movie: '2026-11-20T10:00:00.000Z' });
  });
});
