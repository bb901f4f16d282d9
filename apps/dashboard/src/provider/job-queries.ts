import type { SyncJobDto } from '@catalogue-sync/api-client';
import { ApiError } from '@catalogue-sync/api-client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api/api.js';
import { useLiveProvider } from '../api/live.js';

/** The history of a provider's syncs, newest first, asked for anew when one starts or ends. */
export function useJobs(id: string) {
  const entry = useLiveProvider(id);
  const moment = `${entry?.status.activeJob?.id} ${entry?.status.activeJob?.state} ${entry?.status.lastJob?.id}`;
  const jobs = useInfiniteQuery({
    queryKey: ['jobs', id],
    queryFn: ({ pageParam }) =>
      api.listSyncJobs({
        path: { id },
        query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
  const { refetch } = jobs;
  useEffect(() => void refetch(), [moment, refetch]);
  return jobs;
}

/** Where a job, or an approval of a removal, ends in the event log. */
export interface JobEnd {
  jobId: string;
  seq: number;
  time: string;
  totals: Record<'channel' | 'movie' | 'series', number>;
}

const JOB_RECONCILED = 'catalogue.job-reconciled.v1';

/** All of them that the log still has, oldest first; asked for anew when a job has ended. */
export function useJobEnds(id: string) {
  const lastJob = useLiveProvider(id)?.status.lastJob?.id;
  return useQuery({
    queryKey: ['job-ends', id, lastJob],
    queryFn: ({ signal }) => readJobEnds(id, signal),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
}

async function readJobEnds(id: string, signal: AbortSignal): Promise<JobEnd[]> {
  const ends: JobEnd[] = [];
  let after = 0;
  for (;;) {
    let page;
    try {
      page = await api.readEvents({
        path: { id },
        query: { after, type: JOB_RECONCILED, limit: 1000 },
        signal,
      });
    } catch (error) {
      // The log was trimmed: from the oldest kept version on it is whole.
      if (!(error instanceof ApiError) || error.status !== 410 || after > 0) throw error;
      after = await oldestKeptSeq(id);
      if (after === 0) return [];
      continue;
    }
    for (const { seq, time, jobId, data } of page.events)
      ends.push({ seq, time, jobId: jobId ?? String(data.jobId), totals: data.totals as JobEnd['totals'] });
    if (page.nextAfter >= page.head || page.nextAfter === after) return ends;
    after = page.nextAfter;
  }
}

async function oldestKeptSeq(id: string): Promise<number> {
  const { snapshots } = await api.listSnapshots({ path: { id } });
  // A restored version has no place in the log.
  return snapshots.findLast(({ asOfSeq }) => asOfSeq !== null)?.asOfSeq ?? 0;
}

/** Sums over the kinds of items. */
export function changesOf(counts: SyncJobDto['counts']): { added: number; updated: number; removed: number } {
  const sum = (field: 'added' | 'updated' | 'removed') =>
    counts.movie[field] + counts.series[field] + counts.channel[field];
  return { added: sum('added'), updated: sum('updated'), removed: sum('removed') };
}
