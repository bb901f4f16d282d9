import type { JobState, ScopeProgress } from '@catalogue-sync/contracts';
import { formatCount, formatDuration } from './quantities.js';
import { ScopeMeter, type ScopeReading } from './scope-meter.js';

/** What is shown of a provider: the part of its sync status that tells how far it is. */
export interface ProviderProgress {
  provider: { id: string; name: string };
  status: { activeJob?: JobProgress; lastJob?: JobProgress };
}

export interface JobProgress {
  id: string;
  state: JobState;
  scopes: readonly ScopeProgress[];
}

const BAR_CELLS = 20;

const PHASES: Partial<Record<JobState, string>> = {
  queued: 'waiting to start',
  fetching: 'fetching and comparing',
  reconciling: 'comparing the rest',
  publishing: 'writing the snapshot',
};

/** Live progress of several providers as lines of text. It remembers what it needs for speeds. */
export class ProgressView {
  private readonly meters = new Map<string, ScopeMeter>();

  /** All lines, cut to the terminal's width. */
  render(providers: readonly ProviderProgress[], now: number, columns: number): string[] {
    return providers.flatMap(({ provider, status }) => {
      const job = status.activeJob ?? status.lastJob;
      const head = `${provider.name}  ${phaseOf(status)}`;
      const scopes = (job?.scopes ?? []).map((scope) =>
        barLine(scope, this.read(provider.id, job?.id ?? '', scope, now)),
      );
      return [head, ...scopes].map((line) => cut(line, columns));
    });
  }

  /** One plain line a scope that is not through, for logs. */
  renderPlain(providers: readonly ProviderProgress[], now: number): string[] {
    return providers.flatMap(({ provider, status }) => {
      const job = status.activeJob;
      if (job === undefined) return [];
      const lines = job.scopes
        .map((scope) => ({ scope, reading: this.read(provider.id, job.id, scope, now) }))
        .filter(({ scope }) => scope.state !== 'waiting' && scope.state !== 'reconciled')
        .map(({ scope, reading }) => `${provider.name}: ${scope.scope} ${plainDetail(scope, reading)}`);
      return lines.length > 0 ? lines : [`${provider.name}: ${phaseOf(status)}`];
    });
  }

  private read(provider: string, job: string, scope: ScopeProgress, now: number): ScopeReading {
    const key = `${provider} ${job} ${scope.scope}`;
    let meter = this.meters.get(key);
    if (meter === undefined) this.meters.set(key, (meter = new ScopeMeter()));
    return meter.read(scope, now);
  }
}

function phaseOf({ activeJob, lastJob }: ProviderProgress['status']): string {
  if (activeJob !== undefined) return PHASES[activeJob.state] ?? activeJob.state;
  return lastJob === undefined ? 'waiting to start' : `${lastJob.state}`;
}

function barLine(scope: ScopeProgress, reading: ScopeReading): string {
  const label = `  ${scope.scope.padEnd(8)}`;
  if (scope.state === 'waiting') return `${label} waiting`;
  const cells = Math.floor((reading.fraction ?? 0) * BAR_CELLS);
  const bar =
    reading.fraction === undefined
      ? '·'.repeat(BAR_CELLS)
      : '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells);
  const percent = reading.fraction === undefined ? '     ' : percentOf(reading.fraction).padStart(5);
  return [`${label} ${bar} ${percent}`, itemsOf(reading), pagesOf(scope), speedOf(reading), endOf(scope)]
    .filter((part) => part !== '')
    .join('  ');
}

function plainDetail(scope: ScopeProgress, reading: ScopeReading): string {
  const percent = reading.fraction === undefined ? '' : `(${percentOf(reading.fraction)})`;
  return [scope.state, itemsOf(reading), percent, pagesOf(scope), speedOf(reading)]
    .filter((part) => part !== '')
    .join('  ');
}

function percentOf(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

function itemsOf({ items, itemsTotal }: ScopeReading): string {
  return itemsTotal === undefined
    ? `${formatCount(items)} items`
    : `${formatCount(items)}/${formatCount(itemsTotal)} items`;
}

function pagesOf({ pagesDone, pagesTotal }: ScopeProgress): string {
  return pagesTotal === undefined
    ? `${formatCount(pagesDone)} pages`
    : `${formatCount(pagesDone)}/${formatCount(pagesTotal)} pages`;
}

function speedOf({ itemsPerSecond, secondsLeft }: ScopeReading): string {
  if (itemsPerSecond === undefined) return '';
  const left = secondsLeft === undefined || secondsLeft < 1 ? '' : `  ${formatDuration(secondsLeft)} left`;
  return `${formatCount(itemsPerSecond)}/s${left}`;
}

/** How it ended, in words: a part that has ended is shown as ended. */
function endOf({ state, outcome, reason }: ScopeProgress): string {
  if (state !== 'reconciled') return '';
  return `${outcome ?? 'done'}${reason === undefined ? '' : `: ${reason}`}`;
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
