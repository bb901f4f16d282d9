import type { ProviderId, StoredEvent } from '@catalogue-sync/contracts';

/** The record that the relay publishes from. */
export interface EventLog {
  /** Events with `seq > afterSeq`, in order: at least one where there is one, at most `limit`. Trimmed ones are skipped. */
  read(provider: ProviderId, afterSeq: number, limit: number): Promise<StoredEvent[]>;
  /** The last sequence number; 0 before the first event. */
  head(provider: ProviderId): Promise<number>;
}
