import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_PROVIDER_SETTINGS, type ProviderSettings } from '@catalogue-sync/contracts';
import { createProviderClient } from '../create-provider-client.js';
import { LOOPBACK } from '../http/loopback.fixture.js';
import { ScriptedServer } from '../http/scripted-server.fixture.js';
import type { FetchedPage, FetchScopeOptions, ProviderClient, ScopeEnd } from '../port.js';
import { parseRows } from '../rows/parse-rows.js';
import type { M3uEntryRow } from './m3u-row.js';

export const never = new AbortController().signal;
export const FILE = [
  '#EXTM3U',
  '#EXTINF:-1 group-title="News",One',
  'http://h/live/alice99/s3cret/1.ts',
  '#EXTINF:-1 group-title="Films;New",Blue (2021)',
  'http://h/movie/alice99/s3cret/2.mkv',
  '',
].join('\n');

let spoolDir: string;
export let host: ScriptedServer;
export let client: ProviderClient;

export function makeClient(
  location = '/get.php?username=alice99&password=s3cret',
  settings: Partial<ProviderSettings> = {},
): ProviderClient {
  return createProviderClient(
    { protocol: 'm3u', url: host.origin + location },
    { ...DEFAULT_PROVIDER_SETTINGS.m3u, requestsPerSecond: 10_000, idleTimeoutMs: 2_000, ...settings },
    { spoolDir, allowedPrivateHosts: LOOPBACK, retry: { baseMs: 2, laterBaseMs: 2 } },
  );
}

export async function fetchAll(
  from = client,
  options: Partial<FetchScopeOptions> = {},
): Promise<{ pages: FetchedPage[]; end: ScopeEnd; rows: M3uEntryRow[] }> {
  const generator = from.fetchScope('playlist', { signal: never, ...options });
  const pages: FetchedPage[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      const items = pages.filter(({ rowType }) => rowType === 'm3u-entry');
      return {
        pages,
        end: next.value,
        rows: items.flatMap(({ rows }) => parseRows(rows.toString())) as M3uEntryRow[],
      };
    }
    pages.push(next.value);
  }
}

export function serve(body: string | Buffer): void {
  host.answer = (_request, response) => response.end(body);
}

/** Gives each test a host with a playlist of two: for `beforeEach`. */
export async function startHost(): Promise<void> {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
  host = await ScriptedServer.start((_request, response) => response.end(FILE));
  client = makeClient();
}

/** Closes what a test opened: for `afterEach`. */
export async function stopHost(): Promise<void> {
  await client.close();
  await host.stop();
  // Fails when anything is left in it.
  await rmdir(spoolDir);
}
