import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST, STREAM, isProviderId, type ProviderId } from '@catalogue-sync/contracts';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';
import { PANEL_PASSWORD, PANEL_USER } from '../../e2e/support/test-panel.js';
import type { Replica } from '../../e2e/support/fetcher-environment.js';

let bench: FetcherBench;
let replica: Replica;
beforeAll(async () => {
  bench = await FetcherBench.start();
  replica = await bench.replica('one');
  await bench.standIn.takePages();
}, 60_000);
afterAll(() => bench.stop());

describe('providers', () => {
  it('are registered with defaults, listed page by page, renamed', async () => {
    const ids: ProviderId[] = [];
    for (const name of ['a', 'b', 'c']) {
      const view = await bench.send(REQUEST.createProvider, { name, connection: bench.connection });
      expect(isProviderId(view.id)).toBe(true);
      expect(view).toMatchObject({ name, protocol: 'xtream', origin: bench.panel.url, state: 'active' });
      expect(view.settings).toMatchObject({
        requestsPerSecond: 2,
        parallelRequests: 1,
        removalConfirmations: 1,
      });
      ids.push(view.id);
    }
    const first = await bench.send(REQUEST.listProviders, { limit: 2 });
    const second = await bench.send(REQUEST.listProviders, { limit: 2, cursor: first.nextCursor });
    expect([...first.providers, ...second.providers].map(({ id }) => id)).toEqual([...ids].sort());
    expect(second.nextCursor).toBeUndefined();
    const [providerId] = ids as [ProviderId];
    const renamed = await bench.send(REQUEST.updateProvider, {
      providerId,
      name: 'z',
      settings: { parallelRequests: 3 },
    });
    expect(renamed).toMatchObject({ name: 'z', settings: { requestsPerSecond: 2, parallelRequests: 3 } });
  });

  it('may point elsewhere only with the word that it is the same catalogue, or after a reset', async () => {
    const providerId = await bench.provider();
    const moved = { ...bench.connection, url: `${bench.panel.url}/moved` } as typeof bench.connection;
    const change = { providerId, connection: moved };
    await expect(bench.send(REQUEST.updateProvider, change)).rejects.toMatchObject({
      code: 'same-catalogue-required',
      field: 'sameCatalogue',
    });
    // The connection as it is changes nothing and asks for nothing.
    await bench.send(REQUEST.updateProvider, { providerId, connection: bench.connection });
    await bench.send(REQUEST.updateProvider, { ...change, sameCatalogue: true });
    await bench.send(REQUEST.resetProvider, { providerId });
    await bench.send(REQUEST.updateProvider, { providerId, connection: bench.connection });
  });

  it('keep their protocol', async () => {
    const providerId = await bench.provider();
    const connection = { protocol: 'm3u', url: `${bench.panel.url}/list.m3u` } as const;
    await expect(
      bench.send(REQUEST.updateProvider, { providerId, connection, sameCatalogue: true }),
    ).rejects.toMatchObject({ code: 'invalid-request', field: 'connection.protocol' });
  });

  it('cannot be pointed elsewhere while a sync runs', async () => {
    const providerId = await bench.provider();
    const hold = bench.panel.hold('get_vod_streams');
    const jobId = await bench.startSync(providerId);
    await hold.reached;
    const moved = { ...bench.connection, url: `${bench.panel.url}/moved` } as typeof bench.connection;
    const change = { providerId, connection: moved, sameCatalogue: true };
    await expect(bench.send(REQUEST.updateProvider, change)).rejects.toMatchObject({ code: 'provider-busy' });
    expect((await bench.send(REQUEST.updateProvider, { providerId, name: 'renamed' })).name).toBe('renamed');
    hold.release();
    await bench.ended(providerId, jobId);
  });

  it.each([
    [{ name: '', connection: {} }, 'name'],
    [{ name: 'x', connection: { protocol: 'ftp' } }, 'connection.protocol'],
    [
      { name: 'x', connection: { protocol: 'xtream', url: 'http://h', username: 'u' } },
      'connection.password',
    ],
    [{ name: 'x', connection: { protocol: 'm3u', url: 'nope' } }, 'connection.url'],
    [
      { name: 'x', connection: { protocol: 'm3u', url: 'http://h/l' }, settings: { parallelRequests: 0 } },
      'settings.parallelRequests',
    ],
  ])('refuse what cannot be: %j', async (request, field) => {
    await expect(bench.send(REQUEST.createProvider, request as never)).rejects.toMatchObject({
      code: 'invalid-request',
      field,
    });
  });

  it('are not found when there are none', async () => {
    const providerId = 'p000000000000' as ProviderId;
    for (const pattern of [REQUEST.getProvider, REQUEST.deleteProvider, REQUEST.getSyncStatus] as const) {
      await expect(bench.send(pattern, { providerId })).rejects.toMatchObject({ code: 'provider-not-found' });
    }
    await expect(
      bench.send(REQUEST.getProvider, { providerId: "' or 1" as ProviderId }),
    ).rejects.toMatchObject({
      code: 'provider-not-found',
    });
  });

  it('are tested without being saved', async () => {
    const before = (await bench.rows('select 1 from fetcher.provider')).length;
    const report = await bench.send(REQUEST.testProvider, { connection: bench.connection });
    expect(report).toMatchObject({ ok: true, protocol: 'xtream' });
    const wrong = { ...bench.connection, password: 'not-the-password' } as typeof bench.connection;
    const refused = await bench.send(REQUEST.testProvider, { connection: wrong });
    expect(refused.ok).toBe(false);
    expect(JSON.stringify(refused)).not.toContain('not-the-password');
    expect(await bench.rows('select 1 from fetcher.provider')).toHaveLength(before);
  });
});

describe('secrets (I12)', () => {
  it('are in no table, message, log or answer', async () => {
    const answers: unknown[] = [];
    const providerId = await bench.provider('keeps its secrets');
    bench.panel.failing.set('get_series', 403);
    const jobId = await bench.startSync(providerId);
    answers.push(await bench.ended(providerId, jobId));
    bench.panel.failing.clear();
    answers.push(await bench.send(REQUEST.getProvider, { providerId }));
    answers.push(await bench.send(REQUEST.getSyncStatus, { providerId }));
    answers.push(await bench.send(REQUEST.testProvider, { providerId }));
    const tables = await bench.rows<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'fetcher'`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(5);
    const places: Record<string, string> = {
      answers: JSON.stringify(answers),
      logs: replica.output.join(''),
      pages: bench.standIn.taken.map((message) => message.text).join('\n'),
      facts: (await bench.stored(STREAM.facts)).map(({ headers, text }) => headers + text).join('\n'),
    };
    for (const { name } of tables) {
      places[name] = JSON.stringify(
        await bench.rows(`select t::text, to_jsonb(t)::text as json from fetcher.${name} t`),
      );
      // An encrypted field shows up as hexadecimal: the plain text must not stand in that form either.
      expect(places[name]).not.toContain(Buffer.from(PANEL_PASSWORD).toString('hex'));
    }
    for (const [place, text] of Object.entries(places)) {
      expect([place, text.includes(PANEL_PASSWORD), text.includes(PANEL_USER)]).toEqual([
        place,
        false,
        false,
      ]);
    }
    // The rows did carry them: they were replaced, not left out.
    expect(places.pages).toContain('direct_source');
  });
});
