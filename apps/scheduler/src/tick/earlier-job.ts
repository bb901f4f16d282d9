import { REQUEST, type JobId, type SyncJobView } from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import type { ClaimedTick } from './claim-tick.js';

/** The fetcher has so long to answer an order. */
export const ANSWER_MS = 10_000;
/** The newest jobs that are looked at. */
const JOBS_LOOKED_AT = 50;

/** Names the tick to the fetcher, the same on every attempt. */
export function triggerOf(tick: Pick<ClaimedTick, 'scheduleId' | 'dueAt'>): string {
  return `schedule:${tick.scheduleId}:${new Date(tick.dueAt).getTime()}`;
}

/**
 * The job that came of an order whose answer was lost: the one it started, or, since a provider has one active job, one that was under way
 * when it could be heard. That job may have ended since, and a second one would be one too many.
 */
export async function findEarlierJob(requests: RequestClient, tick: ClaimedTick): Promise<JobId | undefined> {
  const { providerId, firstSentAt, lastSentAt } = tick;
  if (firstSentAt === null || lastSentAt === null) return undefined;
  const { jobs } = await requests.send(REQUEST.listJobs, { providerId, limit: JOBS_LOOKED_AT });
  const heard = { from: Date.parse(firstSentAt), to: Date.parse(lastSentAt) + ANSWER_MS };
  const started = jobs.find((job) => job.trigger === triggerOf(tick));
  return (started ?? jobs.find((job) => wasUnderWay(job, heard)))?.id;
}

function wasUnderWay(job: SyncJobView, { from, to }: { from: number; to: number }): boolean {
  const ended = job.finishedAt === undefined ? Infinity : Date.parse(job.finishedAt);
  return Date.parse(job.createdAt) <= to && ended >= from;
}
