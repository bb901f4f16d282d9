import {
  providerId,
  type JobId,
  type ScopeProgress,
  type SyncJobView,
  type SyncStatus,
} from '@catalogue-sync/contracts';
import { describe, expect, it } from '@jest/globals';
import { TextReporter } from './text-reporter.js';

const provider = { id: providerId('pdemo'), name: 'Demo panel' };
const none = { added: 0, updated: 0, removed: 0, unchanged: 0 };
const scope = (fields: Partial<ScopeProgress>): ScopeProgress => ({
  scope: 'vod',
  mode: 'full',
  modeReason: '',
  state: 'fetching',
  attempt: 1,
  attempts: 3,
  pagesDone: 0,
  itemsFetched: 0,
  itemsReconciled: 0,
  ...fields,
});
const job = (fields: Partial<SyncJobView>): SyncJobView => ({
  id: 'job' as JobId,
  providerId: provider.id,
  state: 'fetching',
  trigger: 'api',
  requestedMode: 'auto',
  createdAt: '2026-01-01T00:00:00Z',
  cancelRequested: false,
  scopes: [],
  counts: { channel: none, movie: none, series: none, category: none },
  ...fields,
});
const status = (fields: Partial<SyncStatus>): SyncStatus => ({
  providerId: provider.id,
  totals: { channel: 0, movie: 0, series: 0 },
  watermarks: {},
  ...fields,
});

function screen(tty: boolean) {
  const lines: string[] = [];
  const drawn: string[] = [];
  const clock = { now: 0 };
  const reporter = new TextReporter(
    {
      line: (text) => lines.push(text),
      columns: () => 100,
      ...(tty ? { redraw: (text: string) => drawn.push(text) } : {}),
    },
    () => clock.now,
  );
  return { reporter, lines, drawn, clock };
}

const half = scope({
  itemsFetched: 900,
  itemsReconciled: 500,
  itemsTotal: 1000,
  pagesDone: 64,
  pagesTotal: 72,
});

describe('TextReporter', () => {
  it('draws a bar with items, percent and pages for each scope', () => {
    const { reporter, drawn } = screen(true);
    const activeJob = job({
      scopes: [
        scope({
          scope: 'live',
          state: 'reconciled',
          outcome: 'complete',
          itemsReconciled: 30,
          itemsFetched: 30,
        }),
        half,
        scope({ scope: 'series', state: 'waiting' }),
      ],
    });
    reporter.report({ event: 'progress', providers: [{ provider, status: status({ activeJob }) }] });
    expect(drawn[0]?.split('\n')).toEqual([
      'Demo panel  fetching and comparing',
      `  live     ${'█'.repeat(20)} 100 %  30/30 items  0 pages  complete`,
      `  vod      ${'█'.repeat(10)}${'░'.repeat(10)}  50 %  500/1,000 items  64/72 pages`,
      '  series   waiting',
    ]);
  });

  it('shows speed and remaining time once they are known, and cuts lines to the width', () => {
    const { reporter, drawn, clock } = screen(true);
    const at = (itemsReconciled: number) => ({
      event: 'progress' as const,
      providers: [
        { provider, status: status({ activeJob: job({ scopes: [{ ...half, itemsReconciled }] }) }) },
      ],
    });
    reporter.report(at(100));
    clock.now = 2000;
    reporter.report(at(500));
    expect(drawn[1]).toContain('200/s  3 s left');
    expect(Math.max(...(drawn[1] ?? '').split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('clears the block when nothing is active any more', () => {
    const { reporter, drawn } = screen(true);
    reporter.report({ event: 'progress', providers: [{ provider, status: status({ lastJob: job({}) }) }] });
    expect(drawn).toEqual(['']);
  });

  it('writes plain lines every two seconds where there is no terminal', () => {
    const { reporter, lines, clock } = screen(false);
    const activeJob = job({ scopes: [half] });
    for (clock.now = 0; clock.now <= 4000; clock.now += 250)
      reporter.report({ event: 'progress', providers: [{ provider, status: status({ activeJob }) }] });
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('Demo panel: vod fetching  500/1,000 items  (50 %)  64/72 pages');
  });

  it('tells how a sync ended, what changed and which version stands', () => {
    const { reporter, lines } = screen(false);
    const counts = {
      channel: { ...none, added: 3000 },
      movie: { ...none, added: 75_000, updated: 2 },
      series: { ...none, removed: 1 },
      category: { ...none, added: 63 },
    };
    reporter.report({
      event: 'synced',
      provider,
      job: job({ state: 'completed', counts, snapshotVersion: 1, snapshotChanged: true }),
      snapshot: { version: 1, compressedBytes: 21_300_000, plainBytes: 101_000_000 },
      seconds: 14.23,
    });
    expect(lines).toEqual([
      'Demo panel: completed in 14.2 s · 78,000 added, 2 updated, 1 removed · snapshot version 1, 21.3 MB compressed (101.0 MB plain)',
    ]);
  });

  it('tells the state of a provider that is there from before', () => {
    const { reporter, lines } = screen(false);
    const known = status({
      totals: { movie: 2783, series: 304, channel: 111 },
      lastSyncMovies: '2026-11-21T03:02:57.575Z',
    });
    reporter.report({ event: 'provider', provider, state: 'known', status: known });
    reporter.report({ event: 'provider', provider, state: 'known', status: status({ activeJob: job({}) }) });
    expect(lines).toEqual([
      '"Demo panel" (pdemo) is there from before: 2,783 movies, 304 series, 111 channels, synced 2026-11-21 03:02 UTC.',
      '"Demo panel" (pdemo) is there from before: 0 movies, 0 series, 0 channels, its sync goes on.',
    ]);
  });

  it('gives the reason of a sync that did not simply complete', () => {
    const { reporter, lines } = screen(false);
    reporter.report({
      event: 'synced',
      provider,
      job: job({ state: 'failed', reason: 'the portal refused the login' }),
      seconds: 1,
    });
    expect(lines[0]).toBe(
      'Demo panel: failed (the portal refused the login) in 1.0 s · 0 added, 0 updated, 0 removed · no snapshot',
    );
  });

  it('ends with a banner of places and commands', () => {
    const { reporter, lines } = screen(false);
    reporter.report({
      event: 'up',
      addresses: {
        api: 'http://127.0.0.1:3000',
        apis: ['http://127.0.0.1:3000'],
        adminKeyFile: '/somewhere/.data/admin.key',
        nats: 'nats://127.0.0.1:4222',
        postgres: 'postgres://secret@127.0.0.1/x',
      },
      login: 'http://127.0.0.1:3000/login?token=once',
      dataDir: '/somewhere/.data',
      ephemeral: false,
      commands: [{ title: 'Fetch the snapshot', line: 'curl x' }],
    });
    const text = lines.join('\n');
    for (const part of [
      'http://127.0.0.1:3000/docs',
      'nats://127.0.0.1:4222',
      '/somewhere/.data',
      '/login?token=once',
      'admin.key',
      '    curl x',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('secret');
  });
});
