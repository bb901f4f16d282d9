import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, SyncMode } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** A tick is ours for so long; longer than any answer is waited for. Who dies meanwhile leaves it to the others after that. */
const CLAIM_MS = 30_000;

/** A tick that nobody else sends for now. */
export interface ClaimedTick {
  scheduleId: string;
  dueAt: string;
  /** This one among them. */
  attempts: number;
  providerId: ProviderId;
  mode: SyncMode | 'auto';
  /** When the first and the last order before this one went out whose answer nobody saw; null when there was none. */
  firstSentAt: string | null;
  lastSentAt: string | null;
}

/** Takes up the tick that waits longest at `now` (ms since 1970), and notes that an order goes out; undefined when none is to be sent. */
export async function claimTick(em: SqlEntityManager, now: number): Promise<ClaimedTick | undefined> {
  const [tick] = await sql<ClaimedTick>(
    em,
    `with picked as (
       select schedule_id, due_at, provider_id, mode, first_sent_at, last_sent_at
       from tick join schedule on schedule.id = schedule_id
       where state = 'due' and try_at <= to_timestamp($1::float8 / 1000) and not paused
       order by try_at limit 1 for update of tick skip locked)
     update tick set attempts = attempts + 1, try_at = to_timestamp(($1::float8 + ${CLAIM_MS}) / 1000),
       first_sent_at = coalesce(tick.first_sent_at, clock_timestamp()), last_sent_at = clock_timestamp()
     from picked
     where tick.schedule_id = picked.schedule_id and tick.due_at = picked.due_at
     returning tick.schedule_id as "scheduleId", tick.due_at as "dueAt", attempts, provider_id as "providerId", mode,
       picked.first_sent_at as "firstSentAt", picked.last_sent_at as "lastSentAt"`,
    [now],
  );
  return tick;
}
