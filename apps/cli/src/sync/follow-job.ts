import { setTimeout as sleep } from 'node:timers/promises';
import { UnreachableError, type CatalogueSyncApi, type SyncJobDto } from '@catalogue-sync/api-client';
import { ProgressView } from '@catalogue-sync/terminal';
import type { Output } from '../output/output.js';

const POLL_MS = 500;
/** Without a terminal, a line at most this often. */
const PLAIN_EVERY_MS = 5_000;
/** The gateway may be on its way up again. */
const FAILURES_IN_A_ROW = 30;

/** Shows how far a job is until it has ended. The job goes on when we leave. Throws UnreachableError, ApiError, or the signal's reason. */
export async function followJob(
  api: CatalogueSyncApi,
  provider: { id: string; name: string },
  jobId: string,
  out: Output,
  signal: AbortSignal,
): Promise<SyncJobDto> {
  const view = new ProgressView();
  let plainAt = Number.NEGATIVE_INFINITY;
  try {
    for (let failures = 0; ;) {
      try {
        const job = await api.getSyncJob({ path: { id: provider.id, job: jobId }, signal });
        failures = 0;
        if (job.finishedAt !== undefined) return job;
        const progress = [{ provider, status: { activeJob: job } }];
        const now = performance.now();
        if (!out.draw((columns) => view.render(progress, now, columns)) && now - plainAt >= PLAIN_EVERY_MS) {
          plainAt = now;
          for (const line of view.renderPlain(progress, now)) out.note(line);
        }
      } catch (error) {
        failures += 1;
        if (!(error instanceof UnreachableError) || failures === FAILURES_IN_A_ROW) throw error;
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    // What came of it is said better by the result.
    out.clearDrawn();
    if (signal.aborted) out.note(`The sync goes on: catalogue-sync jobs ${provider.id} ${jobId}`);
  }
}
