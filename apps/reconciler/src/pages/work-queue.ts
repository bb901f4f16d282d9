import type { ProviderId } from '@catalogue-sync/contracts';

/** Name of the durable consumer that reads a provider's pages. */
export const workQueueConsumer = (providerId: ProviderId): string => `reconciler-${providerId}`;

/** Item rows that one transaction takes in: enough to be fast, few enough to stay short. */
export const ROWS_PER_BATCH = 1000;

/** An id in place of a row that has not changed: it is only looked up, so twenty weigh as much as a row. */
export const IDS_PER_ROW = 20;
