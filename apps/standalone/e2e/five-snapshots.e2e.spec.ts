import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SnapshotDocument } from '@catalogue-sync/contracts';
import { expectAgreement } from './support/oracle.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

describe('snapshots', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it('are kept five: the sixth changed sync prunes the first, and each kept one still is what it was', async () => {
    const connections = await simulator.catalogue('kept', { movies: 500, series: 50, channels: 40 });
    const provider = await system.addProvider('Kept', connections.xtream);
    const totals: number[] = [];
    for (let day = 1; day <= 6; day++) {
      if (day > 1) await simulator.tomorrow('kept', { add: 3, edit: 2, remove: 1, move: 1 });
      const job = await system.sync(provider);
      expect(job.snapshotVersion).toBe(day);
      totals.push((await simulator.expectedIds('kept')).length);
    }
    expect((await system.snapshots(provider)).map((version) => version.version)).toEqual([6, 5, 4, 3, 2]);
    for (const version of [2, 3, 4, 5, 6]) {
      const { status, body } = await system.call<SnapshotDocument>(
        'GET',
        `/api/providers/${provider}/snapshot?version=${version}`,
      );
      expect(status).toBe(200);
      expect(body.snapshotVersion).toBe(version);
      expect(body.movies.length + body.series.length + body.channels.length).toBe(totals[version - 1]);
    }
    expect((await system.call('GET', `/api/providers/${provider}/snapshot?version=1`)).status).toBe(404);
    await expectAgreement(system, provider);
  });

  it('answer 304 to whoever has them, and the same bytes plain or compressed', async () => {
    const connections = await simulator.catalogue('served', { movies: 300, series: 20, channels: 10 });
    const provider = await system.addProvider('Served', connections.xtream);
    await system.sync(provider);
    const url = `${system.ready.api}/api/providers/${provider}/snapshot`;

    const plain = await fetch(url, { headers: { ...system.authorization, 'accept-encoding': 'identity' } });
    const gzip = await fetch(url, { headers: { ...system.authorization, 'accept-encoding': 'gzip' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(gzip.headers.get('content-encoding')).toBe('gzip');
    expect(await gzip.text()).toBe(await plain.text());

    const etag = gzip.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await fetch(url, {
      headers: { ...system.authorization, 'accept-encoding': 'gzip', 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
  });
});
