import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { REQUEST, type ProviderId, type ProviderView, type SyncStatus } from '@catalogue-sync/contracts';
import type { LivePatchDto, LiveProviderDto, LiveStateDto } from '@catalogue-sync/contracts/rest';
import type { RequestClient } from '@catalogue-sync/messaging';
import { followJob, type FollowedJob } from './job-progress.js';

/** Providers that are asked about at once. */
const PARALLEL = 8;
const LIST_PAGE = 200;
/** Beyond these a page could not show them either. */
const MAX_PROVIDERS = 2_000;
/** What nothing seems to have happened to is looked at again after this long, ms. */
const IDLE_LOOK_MS = 5_000;

/** What is known of a provider. */
interface Known {
  view: ProviderView;
  lookedAt: number;
  live: LiveProviderDto;
  /** `live` as text: what readers have of it. */
  text: string;
  followed?: FollowedJob;
}

/** Gets the whole state once, and then what follows on it. */
export interface LiveStateReader {
  open(state: LiveStateDto): void;
  patch(patch: LivePatchDto): void;
}

/**
 * The state of all providers, as the services tell it. One round of questions serves all readers, and nobody reading costs nothing. Every
 * gateway asks the same services, so that it does not matter which of them a reader comes to.
 */
export class LiveState implements BeforeApplicationShutdown {
  private readonly log = new Logger(LiveState.name);
  private readonly known = new Map<ProviderId, Known>();
  private readonly readers = new Set<LiveStateReader>();
  /** Starts at the clock, so that it rises over restarts too. */
  private revision = Date.now();
  private round: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lookedAt = 0;

  constructor(
    private readonly services: RequestClient,
    /** Between two rounds, ms. */
    private readonly everyMs: number,
  ) {}

  /** Makes sure that what is known is fresh. Throws `service-unavailable` when the services do not tell. */
  async refresh(): Promise<void> {
    // While somebody reads it is kept fresh; what comes in between follows as a patch.
    const isKept = this.readers.size > 0 && this.lookedAt > Date.now() - this.everyMs * 4;
    if (!isKept) await this.look();
  }

  /** Gives the reader what is known now, and every change of it, until the signal is aborted. Call `refresh` right before. */
  follow(reader: LiveStateReader, signal: AbortSignal): void {
    const providers = [...this.known.values()].map(({ live }) => live);
    reader.open({
      revision: this.revision,
      providers: providers.sort((a, b) => (a.provider.id < b.provider.id ? -1 : 1)),
    });
    if (signal.aborted) return;
    this.readers.add(reader);
    signal.addEventListener('abort', () => this.leave(reader), { once: true });
    this.lookLater();
  }

  beforeApplicationShutdown(): void {
    this.readers.clear();
    clearTimeout(this.timer);
  }

  private leave(reader: LiveStateReader): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private lookLater(): void {
    if (this.timer !== undefined || this.readers.size === 0) return;
    this.timer = setTimeout(() => {
      void this.look()
        .catch((error: unknown) => this.log.warn({ err: error }, 'the state of the providers cannot be read'))
        .finally(() => {
          this.timer = undefined;
          this.lookLater();
        });
    }, this.everyMs);
  }

  /** One round at a time; who comes during one waits for it. */
  private look(): Promise<void> {
    this.round ??= this.ask().finally(() => (this.round = undefined));
    return this.round;
  }

  private async ask(): Promise<void> {
    const views = await this.listProviders();
    const now = Date.now();
    const due = views.filter((view) => isDue(view, this.known.get(view.id), now));
    const changed: LiveProviderDto[] = [];
    await inParallel(due, async (view) => {
      const seen = await this.lookAt(view, now);
      const before = this.known.get(view.id);
      this.known.set(view.id, seen);
      if (seen.text !== before?.text) changed.push(seen.live);
    });
    const present = new Set(views.map(({ id }) => id));
    const removed = [...this.known.keys()].filter((id) => !present.has(id));
    for (const id of removed) this.known.delete(id);
    this.lookedAt = Date.now();
    if (changed.length > 0 || removed.length > 0) this.tell(changed, removed);
  }

  private tell(providers: LiveProviderDto[], removed: ProviderId[]): void {
    const from = this.revision;
    this.revision = from + 1;
    const patch = { revision: this.revision, from, providers, removed };
    for (const reader of this.readers) reader.patch(patch);
  }

  private async listProviders(): Promise<ProviderView[]> {
    const views: ProviderView[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.services.send(REQUEST.listProviders, {
        limit: LIST_PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      views.push(...page.providers);
      cursor = page.nextCursor;
    } while (cursor !== undefined && views.length < MAX_PROVIDERS);
    return views;
  }

  private async lookAt(view: ProviderView, now: number): Promise<Known> {
    const before = this.known.get(view.id);
    const status = await this.statusOf(view, before);
    const followed =
      status.activeJob === undefined ? undefined : followJob(before?.followed, status.activeJob, now);
    const live: LiveProviderDto = {
      provider: view,
      status,
      ...(followed === undefined ? {} : { progress: followed.progress }),
      ...(await this.asideOf(view, before, now)),
    };
    const known = { view, lookedAt: now, live, text: JSON.stringify(live) };
    return followed === undefined ? known : { ...known, followed };
  }

  /** A provider that is being deleted may be gone by the time it is asked about: what was known stays until the list lacks it. */
  private async statusOf(view: ProviderView, before: Known | undefined): Promise<SyncStatus> {
    try {
      return await this.services.send(REQUEST.getSyncStatus, { providerId: view.id });
    } catch (error) {
      if (view.state !== 'deleting') throw error;
      const nothing = { totals: { channel: 0, movie: 0, series: 0 }, watermarks: {} };
      return before?.live.status ?? { providerId: view.id, ...nothing };
    }
  }

  /** What other services tell: that one of them is away hides no progress. Asked rarely while a job runs. */
  private async asideOf(view: ProviderView, before: Known | undefined, now: number): Promise<Aside> {
    const known = before?.live;
    const isRunning = before?.view.activeJobId !== undefined && view.activeJobId !== undefined;
    if (isRunning && Math.floor(now / IDLE_LOOK_MS) === Math.floor(before.lookedAt / IDLE_LOOK_MS))
      return asideIn(before.live);
    const [heldRemovals, nextRunAt] = await Promise.all([
      this.services
        .send(REQUEST.listRemovals, { providerId: view.id, state: 'held', limit: LIST_PAGE })
        .then(({ removals }) => removals.length)
        .catch(() => known?.heldRemovals ?? 0),
      this.services
        .send(REQUEST.listSchedules, { providerId: view.id })
        .then(({ schedules }) => earliest(schedules.map((schedule) => schedule.nextRunAt)))
        .catch(() => known?.nextRunAt),
    ]);
    return { heldRemovals, ...(nextRunAt === undefined ? {} : { nextRunAt }) };
  }
}

type Aside = Pick<LiveProviderDto, 'heldRemovals' | 'nextRunAt'>;

function asideIn({ heldRemovals, nextRunAt }: LiveProviderDto): Aside {
  return { heldRemovals, ...(nextRunAt === undefined ? {} : { nextRunAt }) };
}

function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort()[0];
}

function isDue(view: ProviderView, known: Known | undefined, now: number): boolean {
  if (known === undefined || view.activeJobId !== undefined || known.view.activeJobId !== undefined)
    return true;
  return known.lookedAt <= now - IDLE_LOOK_MS || JSON.stringify(view) !== JSON.stringify(known.view);
}

async function inParallel<T>(tasks: readonly T[], run: (task: T) => Promise<void>): Promise<void> {
  const queue = tasks.values();
  const lanes = Array.from({ length: PARALLEL }, async () => {
    for (const task of queue) await run(task);
  });
  await Promise.all(lanes);
}
