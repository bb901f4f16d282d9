import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderId, ProviderSettings, SyncJobView, SyncMode } from '@catalogue-sync/contracts';
import { expectAgreement, type AtRest } from '../../e2e/support/oracle.js';
import type { CatalogueSize, Changes } from '../../e2e/support/simulator.js';
import { parkedMessages } from './database-session.js';
import { LiveTail } from './live-tail.js';
import type { Rig } from './rig.js';

export type Protocol = 'stalker' | 'xtream' | 'm3u';

/** Enough for several transactions of the reconciler and for several pages, little enough for a second or two. */
export const SMALL: CatalogueSize = { movies: 2000, series: 200, channels: 150 };
const TOMORROW = { add: 24, edit: 18, remove: 12, move: 9 } as const;

/** A service answers 503 until it has its servers back. */
const START_WITHIN_MS = 30_000;

let scenes = 0;

export interface RestOptions {
  /** False where NATS's storage was taken away: a client that was tailing then begins anew. */
  tailing?: boolean;
  /** Messages of the provider that the row has parked so far; 0 unless told. */
  parked?: number;
}

/** One provider with a catalogue of its own, and a client that tails its events from the first one on. */
export class Scene {
  private before?: AtRest;
  private readonly days: Changes[] = [];

  private constructor(
    private readonly rig: Rig,
    /** Of the catalogue at the simulator. */
    readonly name: string,
    readonly provider: ProviderId,
    private readonly tail: LiveTail,
  ) {}

  static async open(
    rig: Rig,
    protocol: Protocol,
    size: CatalogueSize & { latencyMs?: number } = SMALL,
    settings: Partial<ProviderSettings> = {},
  ): Promise<Scene> {
    scenes += 1;
    const name = `scene${scenes}`;
    const connections = await rig.simulator.catalogue(name, size);
    const provider = await rig.system.addProvider(`Scene ${scenes}`, connections[protocol], settings);
    return new Scene(rig, name, provider, await LiveTail.start(rig.natsUrl, provider));
  }

  /** Starts a sync, a full one unless told: only that sees every change of a day. After a fault the gateway may have to be asked more than once. */
  async start(mode: SyncMode = 'full'): Promise<SyncJobView> {
    const signal = AbortSignal.timeout(START_WITHIN_MS);
    for (let asked = 1; ; asked += 1) {
      const { status, body: job } = await this.rig.system.call<SyncJobView>(
        'POST',
        `/api/providers/${this.provider}/sync`,
        { mode },
      );
      // An answer that was lost on the way may have started it.
      if (status === 202 || (status === 200 && asked > 1)) return job;
      if (status !== 503) throw new Error(`sync not started: ${status} ${JSON.stringify(job)}`);
      await sleep(200, undefined, { signal });
    }
  }

  end(job: SyncJobView, timeoutMs = 240_000): Promise<SyncJobView> {
    return this.rig.system.jobEnd(this.provider, job.id, timeoutMs);
  }

  async sync(mode: SyncMode = 'full', timeoutMs?: number): Promise<SyncJobView> {
    return this.end(await this.start(mode), timeoutMs);
  }

  /** The first sync, and the oracle after it. */
  async firstSync(): Promise<void> {
    const job = await this.sync();
    if (job.state !== 'completed') throw new Error(`the first sync ended ${job.state}: ${job.reason}`);
    await this.rest();
  }

  /** Lets a day pass at the provider. */
  async tomorrow(counts: Partial<Parameters<Rig['simulator']['tomorrow']>[1]> = {}): Promise<Changes> {
    const changes = await this.rig.simulator.tomorrow(this.name, { ...TOMORROW, ...counts });
    this.days.push(changes);
    return changes;
  }

  /** Changes the catalogue in a way that is no day's ordinary work: what its events must be is for the row to say. */
  async change(request: object): Promise<void> {
    await this.rig.simulator.control('POST', `${this.name}/tomorrow`, request);
  }

  /** Makes the provider another one from now on: a patch of the simulator's quirks, null takes a group back. */
  async providerIs(quirks: object): Promise<void> {
    await this.rig.simulator.control('PATCH', `${this.name}/quirks`, quirks);
  }

  liveIds(): Promise<string[]> {
    return this.rig.simulator.expectedIds(this.name);
  }

  /** Adds a fault rule at the simulator. */
  async providerFault(rule: object): Promise<void> {
    await this.rig.simulator.control('POST', `${this.name}/faults`, rule);
  }

  /** Requests that the rules have hit so far. */
  async providerFaultHits(): Promise<number> {
    const rules = await this.rig.simulator.control<{ hits: number }[]>('GET', `${this.name}/faults`);
    return rules.reduce((sum, { hits }) => sum + hits, 0);
  }

  /** Body bytes that the provider has sent so far. */
  async ledgerBytes(): Promise<number> {
    return (await this.rig.simulator.control<{ bytes: number }>('GET', `${this.name}/ledger`)).bytes;
  }

  async clearProviderFaults(): Promise<void> {
    await this.rig.simulator.control('DELETE', `${this.name}/faults`);
  }

  /**
   * The oracle: fold(events) = item_state = projected_item = the latest snapshot = a client that read all events anew = the client that tailed
   * them through the fault; sequence numbers without a gap; nothing that the provider lists was removed, and nothing
   * was parked.
   */
  async rest(options: RestOptions = {}): Promise<AtRest> {
    const atRest = await expectAgreement(this.rig.system, this.provider);
    const kept = new Set<string>(atRest.ids);
    const removed = new Set(atRest.eventsByType['catalogue.item-removed.v1'] ?? []);
    const wronged = (await this.liveIds()).filter((id) => !kept.has(id) && removed.has(id));
    if (wronged.length > 0) {
      throw new Error(`removed although the provider lists them: ${wronged.slice(0, 5).join(', ')}`);
    }
    const parked = await parkedMessages(this.rig.postgresUrl, this.provider);
    if (parked.length !== (options.parked ?? 0)) throw new Error(`parked: ${parked.join('; ') || 'nothing'}`);
    if (options.tailing !== false) {
      await this.tail.reached(atRest.lastSeq);
      same('the items of the tailing client', [...this.tail.ids].sort(), atRest.ids);
    }
    this.before ??= atRest;
    return atRest;
  }

  /**
   * The oracle, and besides: what is kept is exactly what the provider lists, made by exactly the events that its days ask for. Each day
   * must have had its sync: what happens on two days in a row to one item is seen once.
   */
  async restExactly(options: RestOptions = {}): Promise<AtRest> {
    const after = await this.rest(options);
    same('the items', after.ids, await this.liveIds());
    const before = this.before ?? after;
    const since = (type: string): string[] =>
      (after.eventsByType[type] ?? []).slice((before.eventsByType[type] ?? []).length).sort();
    const asked = (pick: (day: Changes) => string[]): string[] => this.days.flatMap(pick).sort();
    same(
      'item-added events',
      since('catalogue.item-added.v1'),
      asked((day) => day.added),
    );
    same(
      'item-removed events',
      since('catalogue.item-removed.v1'),
      asked((day) => day.removed),
    );
    same(
      'item-updated events',
      since('catalogue.item-updated.v1'),
      asked((day) => [...day.edited, ...day.moved]),
    );
    return after;
  }

  async close(): Promise<void> {
    await this.tail.stop();
  }
}

function same(what: string, actual: readonly string[], expected: readonly string[]): void {
  const [found, wanted] = [new Set(actual), new Set(expected)];
  const missing = expected.filter((id) => !found.has(id));
  const surplus = actual.filter((id) => !wanted.has(id));
  if (missing.length === 0 && surplus.length === 0 && actual.length === expected.length) return;
  throw new Error(
    `${what}: ${actual.length} instead of ${expected.length}; missing ${missing.slice(0, 5).join(', ') || 'none'}, too many ${surplus.slice(0, 5).join(', ') || 'none'}`,
  );
}
