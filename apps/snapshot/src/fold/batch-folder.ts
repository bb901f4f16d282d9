import { CatalogueSyncError, ERROR_CODE, type ProviderId } from '@catalogue-sync/contracts';
import { PoisonMessage } from '@catalogue-sync/messaging';
import type { Lease } from '@catalogue-sync/persistence';
import { MalformedEvent, readChange, type SequencedEvent } from './catalogue-change.js';
import type { EventFolder, ReadEvent } from './event-folder.js';
import type { EventLog } from './event-log.client.js';

/**
 * Brings batches of events, as a stream delivers them, into the one order there is: what was folded already is skipped, and what is missing is read
 * from the reconciler's log first.
 */
export class BatchFolder {
  constructor(
    private readonly folder: EventFolder,
    private readonly log: EventLog,
  ) {}

  /**
   * `events` in the order of the stream. Throws PoisonMessage when the next one is malformed, and `service-unavailable` when a gap cannot be filled now;
   * what was folded until then stays.
   */
  async fold(
    provider: ProviderId,
    lease: Lease,
    events: readonly ReadEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    let rest = events;
    while (rest.length > 0) {
      signal.throwIfAborted();
      const { state, seq } = await this.folder.position(provider);
      if (state === 'deleted') return;
      rest = rest.filter((event) => event.seq > seq);
      const [first] = rest;
      if (first === undefined) return;
      if (first.seq !== seq + 1) await this.fillGap(provider, lease, seq, rest, signal);
      else {
        if (first.change.type === 'malformed') throw new PoisonMessage(first.change.reason);
        const run = untilMalformed(consecutive(rest));
        await this.folder.fold(provider, lease, run, signal);
        rest = rest.slice(run.length);
      }
    }
  }

  /**
   * Folds a slice of the log; the caller looks where that leads. Where the log was trimmed it has gaps of its own, and the stream may have as
   * many: then the slice goes on to the end of what is waiting.
   */
  private async fillGap(
    provider: ProviderId,
    lease: Lease,
    after: number,
    waiting: readonly ReadEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    const next = waiting[0]!.seq;
    const { events, firstSeq } = await this.log.read(provider, after);
    const isTrimmed = after + 1 < firstSeq;
    const end = isTrimmed ? waiting.at(-1)!.seq : next - 1;
    const run = consecutive(linked(events, after, firstSeq)).filter(({ seq }) => seq <= end);
    if (run[0]?.follows !== after)
      throw new CatalogueSyncError(
        ERROR_CODE.serviceUnavailable,
        `Events ${after + 1} to ${next - 1} of ${provider} are missing in the stream, and the reconciler's log does not have them. ` +
          `Folding waits until the log answers with them.`,
      );
    if (isTrimmed) await this.folder.noteTrimmed(provider, lease, firstSeq - 1);
    const places = new Map(waiting.map(({ seq, streamSeq }) => [seq, streamSeq]));
    const placed = run.map((event) => ({ ...event, streamSeq: places.get(event.seq) }));
    await this.folder.fold(provider, lease, placed, signal);
  }
}

/** The events of a log behind a position, each with the one that it follows: before `firstSeq` what is missing was trimmed. */
function linked(events: readonly SequencedEvent[], after: number, firstSeq: number): ReadEvent[] {
  let before = after;
  return events.map((event) => {
    const follows = event.seq <= firstSeq ? before : event.seq - 1;
    before = event.seq;
    return { ...readOrSetAside(event), follows };
  });
}

/** The events up to the first gap. */
function consecutive(events: readonly ReadEvent[]): ReadEvent[] {
  const end = events.findIndex((event, index) => index > 0 && event.follows !== events[index - 1]!.seq);
  return end < 0 ? [...events] : events.slice(0, end);
}

function untilMalformed(events: readonly ReadEvent[]): readonly ReadEvent[] {
  const end = events.findIndex(({ change }) => change.type === 'malformed');
  return end < 0 ? events : events.slice(0, end);
}

/** Reads an event; what cannot be read says why, and is dealt with when its turn comes. */
export function readOrSetAside(event: SequencedEvent): ReadEvent {
  const { seq, streamSeq, type } = event;
  try {
    return { seq, follows: seq - 1, streamSeq, type, change: readChange(event) };
  } catch (error) {
    if (!(error instanceof MalformedEvent)) throw error;
    return { seq, follows: seq - 1, streamSeq, type, change: { type: 'malformed', reason: error.message } };
  }
}
