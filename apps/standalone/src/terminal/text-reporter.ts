import type { SyncStatus } from '@catalogue-sync/contracts';
import { formatCount, ProgressView, syncResultLine } from '@catalogue-sync/terminal';
import type { Reporter, StandaloneEvent } from '../events.js';
import { bannerLines } from './banner.js';

/** Where text goes: lines that stay, and on a terminal a block below them that is drawn anew. */
export interface TextScreen {
  /** Undefined: not a terminal, nothing can be redrawn. */
  redraw?: (text: string) => void;
  line(text: string): void;
  columns(): number;
}

/** Without a terminal, at most this often. */
const PLAIN_EVERY_MS = 2000;

/** Says what happens in words. */
export class TextReporter implements Reporter {
  private readonly progress = new ProgressView();
  private lastPlainAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly screen: TextScreen,
    private readonly now: () => number = () => performance.now(),
  ) {}

  report(event: StandaloneEvent): void {
    if (event.event === 'progress') this.showProgress(event);
    else for (const line of textOf(event)) this.screen.line(line);
  }

  private showProgress({ providers }: Extract<StandaloneEvent, { event: 'progress' }>): void {
    const now = this.now();
    if (this.screen.redraw !== undefined) {
      const lines = this.progress.render(providers, now, this.screen.columns());
      const active = providers.some(({ status }) => status.activeJob !== undefined);
      // The last state goes: the results say it better.
      this.screen.redraw(active ? lines.join('\n') : '');
      return;
    }
    const lines = this.progress.renderPlain(providers, now);
    if (now - this.lastPlainAt < PLAIN_EVERY_MS) return;
    this.lastPlainAt = now;
    for (const line of lines) this.screen.line(line);
  }
}

/** The lines that stay of an event; none for what only machines want to know. */
function textOf(event: Exclude<StandaloneEvent, { event: 'progress' }>): string[] {
  switch (event.event) {
    case 'note':
      return [event.message];
    case 'starting':
      return [`Starting catalogue-sync on ${event.dataDir}${event.ephemeral ? ' (throw-away)' : ''}`];
    case 'started':
      return [
        `  ${event.again ? 'up again' : 'up'}  ${nameOf(event)}  pid ${event.pid}  ${event.seconds.toFixed(1)} s`,
      ];
    case 'ended':
      return [
        `  ${nameOf(event)} died (${event.reason}): starting it again in ${(event.againInMs / 1000).toFixed(1)} s`,
      ];
    case 'ready':
      return [
        `Everything is up after ${event.seconds.toFixed(1)} s.`,
        ...(event.login === undefined ? [] : [`Watch it at ${event.login}`]),
      ];
    case 'provider':
      return [providerText(event)];
    case 'synced':
      return [syncResultLine(event)];
    case 'up':
      return bannerLines(event);
    case 'stopping':
      return [`Stopping (${event.reason}) …`];
    case 'stopped':
      return [`  stopped  ${event.name}  ${event.seconds.toFixed(1)} s`];
    case 'failed':
      return [`Failed: ${event.message}`];
  }
}

function nameOf({ name, replica }: { name: string; replica: number }): string {
  return replica === 1 ? name : `${name} (${replica})`;
}

function providerText({ provider, state, status }: Extract<StandaloneEvent, { event: 'provider' }>): string {
  const before = `is there from before${status === undefined ? '' : `: ${stateText(status)}`}`;
  const texts = {
    registered: `Registered "${provider.name}" as ${provider.id}.`,
    known: `"${provider.name}" (${provider.id}) ${before}.`,
    moved: `"${provider.name}" (${provider.id}) ${before}. Its simulator is at another port now.`,
    deleted: `"${provider.name}" was deleted and is not registered again.`,
  };
  return texts[state];
}

/** What is there, and as of when. */
function stateText({ totals, lastSyncMovies, lastSyncChannels, activeJob }: SyncStatus): string {
  const items = `${formatCount(totals.movie)} movies, ${formatCount(totals.series)} series, ${formatCount(totals.channel)} channels`;
  const last = lastSyncMovies ?? lastSyncChannels;
  const when =
    last === undefined ? 'never synced to the end' : `synced ${last.slice(0, 16).replace('T', ' ')} UTC`;
  return `${items}, ${activeJob === undefined ? when : 'its sync goes on'}`;
}
