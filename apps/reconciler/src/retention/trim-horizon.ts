import type { ProviderId } from '@catalogue-sync/contracts';
import type { EventLogStore } from '../event-log/event-log.store.js';

/**
 * The last event up to `upTo` that was recorded before `time` (ms); 0 when there is none. Times rise with the sequence, so it is found by
 * halving: no index over them is needed.
 */
export async function lastRecordedBefore(
  log: Pick<EventLogStore, 'read'>,
  providerId: ProviderId,
  upTo: number,
  time: number,
): Promise<number> {
  let low = 0;
  let high = upTo;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = await log.read(providerId, middle, 1);
    if (event !== undefined && event.seq <= upTo && Date.parse(event.time) < time) low = event.seq;
    else high = middle;
  }
  return low;
}
