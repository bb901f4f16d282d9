import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_PROVIDER_SETTINGS, ERROR_CODE, type ProviderSettings } from '@catalogue-sync/contracts';
import { createProviderClient } from '../create-provider-client.js';
import { LOOPBACK } from '../http/loopback.fixture.js';
import type { ProviderClient, ScopeEnd } from '../port.js';
import { parseRows } from '../rows/parse-rows.js';
import { SimulatorProcess, type SimulatedCatalogue } from '../simulator-process.fixture.js';

const never = new AbortController().signal;

let simulator: SimulatorProcess;
let spoolDir: string;
const clients: ProviderClient[] = [];

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await rmdir(spoolDir);
});

function portal(profile: 'genuine' | 'panel', more: object = {}): Promise<SimulatedCatalogue> {
  return simulator.create('portal', { seed: 3, movies: 600, series: 60, channels: 40, profile, ...more });
}

function clientOf(
  catalogue: SimulatedCatalogue,
  login = false,
  settings: Partial<ProviderSettings> = {},
): ProviderClient {
  const { mac, username, password } = catalogue.account;
  const client = createProviderClient(
    {
      protocol: 'stalker',
      url: catalogue.urls.stalker,
      mac,
      ...(login ? { login: username, password } : {}),
    },
    { ...DEFAULT_PROVIDER_SETTINGS.stalker, requestsPerSecond: 10_000, parallelRequests: 4, ...settings },
    { spoolDir, allowedPrivateHosts: LOOPBACK, retry: { baseMs: 2, laterBaseMs: 2 } },
  );
  clients.push(client);
  return client;
}

async function idsOf(
  client: ProviderClient,
  onPage: (ordinal: number) => Promise<void> = () => Promise.resolve(),
): Promise<{ ids: Set<string>; end: ScopeEnd }> {
  const generator = client.fetchScope('vod', { signal: never });
  const ids = new Set<string>();
  for (;;) {
    const next = await generator.next();
    if (next.done) return { ids, end: next.value };
    if (next.value.rowType === 'stalker-vod') {
      for (const row of parseRows(next.value.rows.toString())) ids.add(String((row as { id: unknown }).id));
    }
    await onPage(next.value.ordinal);
  }
}

async function externalIds(kinds: ('movie' | 'series')[]): Promise<Set<string>> {
  const lists = await Promise.all(kinds.map((kind) => simulator.expected('portal', kind)));
  return new Set(lists.flat().map((id) => id.slice(id.indexOf(':') + 1)));
}

describe('StalkerClient on the simulator', () => {
  it.each(['genuine', 'panel'] as const)(
    'gets over a session that is stolen again and again: %s',
    async (profile) => {
      const client = clientOf(await portal(profile), false, { parallelRequests: 1 });
      await client.open(never);
      for (const page of [2, 9, 10, 25]) {
        await simulator.fault('portal', {
          match: { action: 'vod.get_ordered_list', page },
          times: 1,
          effect: { type: 'session-lost' },
        });
      }
      const { ids, end } = await idsOf(client);
      expect(end.outcome).toBe('complete');
      expect(ids).toEqual(await externalIds(profile === 'genuine' ? ['movie', 'series'] : ['movie']));
      const { handshakes } = await simulator.ledger('portal');
      expect(handshakes).toBeGreaterThan(1);
      expect(handshakes).toBeLessThanOrEqual(5);
    },
  );

  it('logs in where the portal asks for a login, and with no other device than before', async () => {
    const catalogue = await portal('genuine', { requireLogin: true, pinDevice: true });
    await expect(clientOf(catalogue).open(never)).rejects.toMatchObject({
      code: ERROR_CODE.providerAuthFailed,
    });
    const client = clientOf(catalogue, true);
    await client.open(never);
    expect((await idsOf(client)).end.outcome).toBe('complete');
  });

  it.each([
    ['only grows', { add: 12 }],
    ['shrinks', { remove: 40 }],
    ['grows and shrinks', { add: 12, remove: 40 }],
  ])('is never complete with an item missed when the list %s under the walk', async (_name, change) => {
    // One page at a time, a change after the first batch.
    const client = clientOf(await portal('genuine', { latencyMs: 1 }), false, { parallelRequests: 1 });
    await client.open(never);
    const before = await externalIds(['movie', 'series']);
    const { ids, end } = await idsOf(client, async (ordinal) => {
      if (ordinal === 2) await simulator.tomorrow('portal', change);
    });
    const stayed = [...(await externalIds(['movie', 'series']))].filter((id) => before.has(id));
    const missed = stayed.filter((id) => !ids.has(id));
    expect({ outcome: end.outcome, missed: end.outcome === 'complete' ? missed : [] }).toEqual({
      outcome: end.outcome,
      missed: [],
    });
    expect(['complete', 'drifted']).toContain(end.outcome);
  });
});
