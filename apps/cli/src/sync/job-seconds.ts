import type { SyncJobDto } from '@catalogue-sync/api-client';

/** How long a job took, or has taken until now. */
export function jobSeconds(
  { startedAt, createdAt, finishedAt }: SyncJobDto,
  now: number = Date.now(),
): number {
  const end = finishedAt === undefined ? now : Date.parse(finishedAt);
  return Math.max(0, end - Date.parse(startedAt ?? createdAt)) / 1000;
}
