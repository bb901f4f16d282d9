import type { MikroORM } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { faultPoint, metrics } from '@catalogue-sync/observability';
import type { Lease, LeaseStore } from '@catalogue-sync/persistence';
import type { Purger } from '../purge/purger.js';
import type { Sealer } from '../seal/sealer.js';
import type { Checkpoint } from '../store/checkpoint.store.js';
import type { FoldStores } from '../store/fold-stores.js';
import type { CatalogueChange } from './catalogue-change.js';
import { planFold, touchedIds } from './plan-fold.js';

const eventsFolded = metrics.counter('snapshot_events_folded_total', 'Events folded into the projection');
const eventsParked = metrics.counter(
  'snapshot_events_parked_total',
  'Events set aside because they cannot be folded',
);

/** An event that was read, at its position. */
export interface ReadEvent {
  seq: number;
  /** The position before it: one less, or further back where what stood between was trimmed from the log. */
  follows: number;
  streamSeq: number | undefined;
  type: string;
  /** A reason in words when the event cannot be folded. */
  change: CatalogueChange | { type: 'malformed'; reason: string };
}

/** Folds consecutive events into the projection, in order and once: the position moves in the transaction of the effect. */
export class EventFolder {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly stores: FoldStores,
    private readonly sealer: Sealer,
    private readonly purger: Purger,
  ) {}

  /** Where the provider stands; 0 before its first event. */
  async position(provider: ProviderId): Promise<Pick<Checkpoint, 'state' | 'seq'>> {
    const checkpoint = await this.stores.checkpoints.read(this.orm.em.fork(), provider);
    return checkpoint ?? { state: 'active', seq: 0 };
  }

  /**
   * Folds events each of which follows the one before. Ends of jobs seal, and a deletion purges, each on its own; what is between
   * them goes in one transaction. Throws `lease-lost` when another replica has taken over; nothing was changed then.
   */
  async fold(
    provider: ProviderId,
    lease: Lease,
    events: readonly ReadEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    let run: ReadEvent[] = [];
    for (const event of events) {
      const { change, seq, follows, streamSeq } = event;
      if (
        change.type !== 'job-reconciled' &&
        change.type !== 'provider-deleted' &&
        change.type !== 'malformed'
      ) {
        run.push(event);
        continue;
      }
      await this.foldRun(provider, lease, run, signal);
      run = [];
      if (change.type === 'job-reconciled')
        await this.sealer.seal(provider, lease, { seq, follows, streamSeq, job: change.job }, signal);
      else if (change.type === 'malformed') await this.park(provider, lease, event, change.reason);
      else {
        await this.purger.purge(provider, lease, event, signal);
        return;
      }
    }
    await this.foldRun(provider, lease, run, signal);
  }

  /** Call before events are folded that skip what was trimmed: from `wholeFrom` on the fold is what the catalogue was. */
  async noteTrimmed(provider: ProviderId, lease: Lease, wholeFrom: number): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      await this.stores.checkpoints.lock(em, provider);
      await this.stores.checkpoints.noteTrimmed(em, provider, wholeFrom);
    });
  }

  /** Moves past an event that cannot be folded, and remembers it. */
  async park(
    provider: ProviderId,
    lease: Lease,
    event: Pick<ReadEvent, 'seq' | 'streamSeq' | 'type'> & { follows?: number },
    reason: string,
  ): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const { state, seq } = await this.stores.checkpoints.lock(em, provider);
      if (state === 'deleted' || (event.follows ?? event.seq - 1) !== seq) return;
      await this.stores.checkpoints.park(em, provider, event, reason);
      eventsParked.inc();
    });
  }

  private async foldRun(
    provider: ProviderId,
    lease: Lease,
    run: readonly ReadEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return;
    signal.throwIfAborted();
    const changes = run.map(({ change }) => change as CatalogueChange);
    const touched = touchedIds(changes);
    const { checkpoints, projection, dirty } = this.stores;
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const { state, seq, version } = await checkpoints.lock(em, provider);
      if (state === 'deleted' || first.follows !== seq) return;
      const items = await projection.knownItems(em, provider, touched.items);
      const categories = await projection.knownCategories(em, provider, touched.categories);
      const plan = planFold(changes, { items, categories }, version + 1);
      await projection.apply(em, provider, plan);
      await dirty.mark(em, provider, plan.marks);
      await checkpoints.advance(em, provider, last, plan);
      await faultPoint('snapshot.fold.before-commit');
    });
    eventsFolded.inc(run.length);
    await faultPoint('snapshot.fold.after-commit');
  }
}
