import type { CatalogueEvent, SequencedEvent } from './catalogue-event.js';
import { follow, type FollowOptions, type StartReason } from './follow.js';
import type { FoldableSnapshot } from './snapshot.js';

/** What to do with what comes; each call is awaited before the next delivery. An error ends the following and is thrown on. */
export interface Follower<E extends SequencedEvent = CatalogueEvent> {
  /** Drop what you hold, take all entries, and store `snapshot.asOfSeq`: in one transaction. */
  startOver(snapshot: FoldableSnapshot, reason: StartReason): Promise<void> | void;
  /** Apply the events and store the position: in one transaction. */
  apply(events: E[], position: number): Promise<void> | void;
  /** The provider is gone with all its items. */
  end(position: number): Promise<void> | void;
}

/** As `follow`, by calls instead of a loop. Resolves when following ends. */
export async function followWith<E extends SequencedEvent = CatalogueEvent>(
  options: FollowOptions<E>,
  follower: Follower<E>,
): Promise<void> {
  for await (const delivery of follow(options)) {
    if (delivery.type === 'snapshot') await follower.startOver(delivery.snapshot, delivery.reason);
    else if (delivery.type === 'events') await follower.apply(delivery.events, delivery.position);
    else await follower.end(delivery.position);
  }
}
