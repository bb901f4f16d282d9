import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { providerId, type ProviderView, type SyncStatus } from '@catalogue-sync/contracts';
import { DataDirectory } from '../data-directory.js';
import type { StandaloneEvent } from '../events.js';
import { Demo } from './demo.js';

/** Answers as gateway and simulator would, over HTTP, from memory. */
class Backend {
  readonly providers: ProviderView[] = [];
  readonly status = new Map<string, Partial<SyncStatus>>();
  readonly calls: string[] = [];
  /** The last connection each provider was given. */
  readonly urls = new Map<string, string>();
  /** What a started sync does. */
  onSync: (id: string) => void = (id) =>
    this.status.set(id, { lastJob: jobOf(id, 'completed'), lastSyncMovies: '2026-01-01T00:00:00Z' });
  private server?: Server;

  async listen(): Promise<string> {
    this.server = createServer((request, response) => {
      void this.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { method = '', url = '' } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body =
      chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {};
    const path = url.split('?')[0] ?? '';
    const id = path.split('/')[3] ?? '';
    if (method !== 'GET') this.calls.push(`${method} ${path}`);
    if (path.startsWith('/control/'))
      return {
        status: 200,
        body: { version: 0, account: { username: 'u', password: 'p', mac: '00:1A:79:00:00:01' } },
      };
    if (method === 'POST' && path === '/api/providers') return { status: 201, body: this.create(body) };
    if (path === '/api/providers') return { status: 200, body: { providers: this.providers } };
    const provider = this.providers.find((candidate) => candidate.id === id);
    if (provider === undefined) return { status: 404, body: { detail: 'There is no such provider.' } };
    if (method === 'PATCH') {
      this.urls.set(id, (body['connection'] as { url: string }).url);
      return { status: body['sameCatalogue'] === true ? 200 : 409, body: provider };
    }
    if (path.endsWith('/snapshots')) return { status: 200, body: { snapshots: [] } };
    if (path.endsWith('/sync') && method === 'POST') {
      this.onSync(id);
      return { status: 202, body: jobOf(id, 'queued') };
    }
    if (path.endsWith('/sync')) return { status: 200, body: this.status.get(id) ?? {} };
    return { status: 200, body: provider };
  }

  private create(body: Record<string, unknown>): ProviderView {
    const id = providerId(`p${this.providers.length + 1}`);
    this.urls.set(id, (body['connection'] as { url: string }).url);
    const provider = { id, name: body['name'] as string, state: 'active' } as ProviderView;
    this.providers.push(provider);
    return provider;
  }
}

const jobOf = (id: string, state: string) =>
  ({ id: `job-of-${id}`, state, createdAt: '2026-01-01T00:00:00Z', scopes: [] }) as unknown as NonNullable<
    SyncStatus['lastJob']
  >;

describe('Demo', () => {
  let folder: string;
  let backend: Backend;
  let url: string;
  let directory: DataDirectory;
  let events: StandaloneEvent[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'demo-'));
    directory = DataDirectory.open(folder);
    backend = new Backend();
    url = await backend.listen();
    events = [];
    onReport = () => undefined;
  });
  afterEach(() => {
    backend.close();
    directory.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What happens when something is reported. */
  let onReport: (event: StandaloneEvent) => void;
  const reporter = {
    report: (event: StandaloneEvent) => {
      events.push(event);
      onReport(event);
    },
  };
  const run = async (size = 1000) => {
    const demo = await Demo.prepare(directory, size, reporter);
    return demo.run({ api: url, simulator: url }, new AbortController().signal);
  };
  const states = () => events.flatMap((event) => (event.event === 'provider' ? [event.state] : []));
  const syncs = () => backend.calls.filter((call) => call.endsWith('/sync'));

  it('registers and syncs both providers on an empty directory, and neither again in the next run', async () => {
    await run();
    expect(states()).toEqual(['registered', 'registered']);
    expect(syncs()).toHaveLength(2);
    expect(events.filter(({ event }) => event === 'synced')).toHaveLength(2);

    events = [];
    await run();
    expect(states()).toEqual(['known', 'known']);
    expect(backend.providers).toHaveLength(2);
    expect(syncs()).toHaveLength(2);
  });

  it('adopts a provider that a killed run had registered and not yet remembered', async () => {
    await run();
    rmSync(directory.at('demo.json'));
    events = [];
    await run();
    expect(states()).toEqual(['known', 'known']);
    expect(backend.providers).toHaveLength(2);
  });

  it('does not bring back a provider that was deleted', async () => {
    await run();
    backend.providers.pop();
    events = [];
    const providers = await run();
    expect(states()).toEqual(['known', 'deleted']);
    expect([...providers.keys()]).toEqual(['stalker']);
  });

  it('goes on showing a sync that was interrupted, and starts one anew that failed', async () => {
    await run();
    backend.status.set('p1', { activeJob: jobOf('p1', 'fetching') });
    backend.status.set('p2', { lastJob: jobOf('p2', 'failed') });
    backend.calls.length = 0;
    events = [];
    // It ends while it is being shown.
    onReport = ({ event }) => {
      if (event === 'progress') backend.onSync('p1');
    };
    await run();
    expect(syncs()).toEqual(['POST /api/providers/p2/sync']);
    expect(events.filter(({ event }) => event === 'synced')).toHaveLength(2);
  });

  it('leaves a first sync alone that was cancelled', async () => {
    await run();
    backend.status.set('p1', { lastJob: jobOf('p1', 'cancelled') });
    backend.calls.length = 0;
    await run();
    expect(syncs()).toEqual([]);
  });

  it("keeps the simulator's port, and changes the providers' URLs when it is taken", async () => {
    const demo = await Demo.prepare(directory, 1000, reporter);
    const again = await Demo.prepare(directory, 1000, reporter);
    expect(again.simulator.port).toBe(demo.simulator.port);
    await run();
    backend.calls.length = 0;

    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(demo.simulator.port, '127.0.0.1', resolve));
    const moved = await Demo.prepare(directory, 1000, reporter);
    squatter.close();
    expect(moved.simulator.port).not.toBe(demo.simulator.port);
    await moved
      .run({ api: url, simulator: 'http://127.0.0.1:9' }, new AbortController().signal)
      .catch(() => undefined);
    const places = { api: url, simulator: url };
    events = [];
    await moved.run(places, new AbortController().signal);
    expect(states()).toEqual(['moved', 'moved']);
    expect(backend.calls).toEqual(['PATCH /api/providers/p1', 'PATCH /api/providers/p2']);
  });

  it('keeps the size that it was made with', async () => {
    await run(1000);
    await run(2000);
    const notes = events.flatMap((event) => (event.event === 'note' ? [event.message] : []));
    expect(notes).toEqual([expect.stringContaining('has 1000 items a provider and keeps them')]);
  });
});
