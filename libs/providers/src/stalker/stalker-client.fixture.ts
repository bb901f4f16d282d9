import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DEFAULT_PROVIDER_SETTINGS,
  type ProviderSettings,
  type Scope,
  type StalkerConnection,
} from '@catalogue-sync/contracts';
import { createProviderClient } from '../create-provider-client.js';
import { LOOPBACK } from '../http/loopback.fixture.js';
import type { FetchedPage, FetchScopeOptions, ProviderClient, ScopeEnd } from '../port.js';
import { parseRows } from '../rows/parse-rows.js';
import { memoryKey } from './scope-memory.js';
import { ScriptedPortal } from './scripted-portal.fixture.js';

export const MAC = '00:1A:79:AA:BB:CC';
export const never = new AbortController().signal;

let spoolDir: string;
export let portal: ScriptedPortal;
const clients: ProviderClient[] = [];

/** Gives each test a portal with 300 titles: for `beforeEach`. */
export async function startPortal(): Promise<void> {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
  portal = await ScriptedPortal.start(300);
}

/** Closes what a test opened: for `afterEach`. */
export async function stopPortal(): Promise<void> {
  for (const client of clients.splice(0)) await client.close();
  await portal.server.stop();
  // Fails when anything is left in it.
  await rmdir(spoolDir);
}

/** The key of what the portal's scopes leave behind, for a client without language and time zone. */
export function memoryKeyOf(): string {
  return memoryKey(new URL(portal.server.origin + portal.endpoint), {
    protocol: 'stalker',
    url: '',
    mac: MAC,
  });
}

export function makeClient(
  connection: Partial<StalkerConnection> = {},
  settings: Partial<ProviderSettings> = {},
  endpoint?: string,
): ProviderClient {
  const made = createProviderClient(
    {
      protocol: 'stalker',
      url: `${portal.server.origin}/stalker_portal/c/`,
      mac: MAC.toLowerCase(),
      ...connection,
    },
    {
      ...DEFAULT_PROVIDER_SETTINGS.stalker,
      requestsPerSecond: 10_000,
      parallelRequests: 4,
      idleTimeoutMs: 2_000,
      ...settings,
    },
    {
      spoolDir,
      allowedPrivateHosts: LOOPBACK,
      retry: { baseMs: 2, laterBaseMs: 2 },
      ...(endpoint === undefined ? {} : { endpoint }),
    },
  );
  clients.push(made);
  return made;
}

export async function fetchAll(
  client: ProviderClient,
  scope: Scope = 'vod',
  options: Partial<FetchScopeOptions> = {},
): Promise<{ pages: FetchedPage[]; end: ScopeEnd; ids: string[] }> {
  const generator = client.fetchScope(scope, { signal: never, ...options });
  const pages: FetchedPage[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      const items = pages.filter(
        ({ rowType }) => rowType !== 'stalker-category' && rowType !== 'stalker-genre',
      );
      const rows = items.flatMap(({ rows: page }) => parseRows(page.toString())) as { id: string }[];
      return { pages, end: next.value, ids: rows.map(({ id }) => id) };
    }
    pages.push(next.value);
  }
}
