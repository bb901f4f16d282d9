import {
  REQUEST,
  type ProviderId,
  type ScheduleSuggestion,
  type SyncJobView,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { inWords } from '../due/words.js';
import { changeInterval, type Look } from './change-interval.js';
import { nearestCron } from './nearest-cron.js';

const JOBS_LOOKED_AT = 50;

/** Judges by a provider's completed syncs how often it changes. */
export class SuggestSchedule {
  constructor(private readonly requests: RequestClient) {}

  async run(providerId: ProviderId): Promise<ScheduleSuggestion> {
    const { jobs } = await this.requests.send(REQUEST.listJobs, { providerId, limit: JOBS_LOOKED_AT });
    const looks = looksOf(jobs.filter((job) => job.state === 'completed'));
    const intervalMs = changeInterval(looks);
    return {
      syncs: looks.length,
      changed: looks.filter((look) => look.changed).length,
      ...(intervalMs === undefined ? {} : proposalOf(intervalMs)),
    };
  }
}

function proposalOf(intervalMs: number): Pick<ScheduleSuggestion, 'intervalMs' | 'cron' | 'words'> {
  const cron = nearestCron(intervalMs);
  return { intervalMs: Math.round(intervalMs), cron, words: inWords({ cron, timeZone: 'UTC' }) };
}

/** The oldest job is no look of its own: nobody knows what it is compared with. */
function looksOf(jobs: readonly SyncJobView[]): Look[] {
  const byAge = jobs.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return byAge.slice(1).map((job, index) => ({
    sinceLastMs: Date.parse(job.createdAt) - Date.parse(byAge[index]?.createdAt ?? job.createdAt),
    changed: Object.values(job.counts).some((of) => of.added + of.updated + of.removed > 0),
  }));
}
