import { mkdtemp, readdir, readlink, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_PROVIDER_SETTINGS, type ProviderSettings } from '@catalogue-sync/contracts';
import { createProviderClient } from '../create-provider-client.js';
import { LOOPBACK } from '../http/loopback.fixture.js';
import { json, ScriptedServer, status, type Answer } from '../http/scripted-server.fixture.js';
import type { FetchedPage, FetchScopeOptions, ProviderClient, RowMemoryStore, ScopeEnd } from '../port.js';
import { parseRows } from '../rows/parse-rows.js';

export const never = new AbortController().signal;
const CATEGORIES = [{ category_id: '1', category_name: 'Drama', parent_id: 0 }];
export const ACCOUNT = {
  user_info: { auth: 1, status: 'Active', exp_date: '1798761600', max_connections: '2' },
};

export let spoolDir: string;
export let panel: ScriptedServer;
export let actions: Record<string, Answer>;
export let client: ProviderClient;

export function makeClient(
  settings: Partial<ProviderSettings> = {},
  more: { username?: string; path?: string; rowMemory?: RowMemoryStore } = {},
): ProviderClient {
  return createProviderClient(
    {
      protocol: 'xtream',
      url: panel.origin + (more.path ?? ''),
      username: more.username ?? 'alice 99',
      password: 's3&cret',
    },
    {
      ...DEFAULT_PROVIDER_SETTINGS.xtream,
      requestsPerSecond: 10_000,
      idleTimeoutMs: 2_000,
      ...settings,
    },
    {
      spoolDir,
      allowedPrivateHosts: LOOPBACK,
      retry: { baseMs: 2, laterBaseMs: 2 },
      ...(more.rowMemory === undefined ? {} : { rowMemory: more.rowMemory }),
    },
  );
}

export async function fetchAll(
  from: ProviderClient = client,
  signal = never,
  options: Partial<FetchScopeOptions> = {},
): Promise<{ pages: FetchedPage[]; end: ScopeEnd; rows: unknown[] }> {
  const generator = from.fetchScope('movie', { signal, ...options });
  const pages: FetchedPage[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      const items = pages.filter(({ rowType }) => rowType === 'xtream-movie');
      return { pages, end: next.value, rows: items.flatMap(({ rows }) => parseRows(rows.toString())) };
    }
    pages.push(next.value);
  }
}

export function movies(count: number, plot = 'A story.'): object[] {
  return Array.from({ length: count }, (_, id) => ({
    num: id + 1,
    stream_id: id,
    name: `Movie ${id}`,
    plot,
  }));
}

/** Gives each test a panel with three movies: for `beforeEach`. */
export async function startPanel(): Promise<void> {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
  actions = {
    account: json(ACCOUNT),
    get_vod_categories: json(CATEGORIES),
    get_vod_streams: json(movies(3)),
    get_live_streams: json([]),
    get_series: json({}),
  };
  panel = await ScriptedServer.start((request, response, url) => {
    const action = actions[url.searchParams.get('action') ?? 'account'] ?? status(404, {}, '<html>');
    return action(request, response, url);
  });
  client = makeClient();
}

/** Closes what a test opened: for `afterEach`. */
export async function stopPanel(): Promise<void> {
  await client.close();
  await panel.stop();
  // Fails when anything is left in it.
  await rmdir(spoolDir);
}

/** Spool files that this process holds open, whether or not they still have a name. */
export async function openSpools(): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.startsWith(spoolDir)).length;
}
