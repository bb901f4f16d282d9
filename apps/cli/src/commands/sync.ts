import type { StartSyncBody, SyncJobDto } from '@catalogue-sync/api-client';
import { formatCount, syncResultLine } from '@catalogue-sync/terminal';
import { Option, type Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { CliError, EXIT } from '../exit-code.js';
import { sendOnce } from '../gateway/send-once.js';
import { findProvider } from '../providers/find-provider.js';
import { followJob } from '../sync/follow-job.js';
import { jobSeconds } from '../sync/job-seconds.js';
import { readCount } from './numbers.js';
import type { Run } from './run.js';

const SHOWN_JOBS = 20;

export function addSyncCommands(program: Command, run: Run): void {
  program
    .command('sync')
    .description('sync a provider; a sync that is under way is joined')
    .argument('<provider>', 'id or name')
    .addOption(
      new Option('--mode <mode>', 'how it is fetched')
        .choices(['auto', 'full', 'head', 'list'])
        .default('auto'),
    )
    .option('--wait', `show progress and wait for the end: exit code ${EXIT.failed} unless it completed`)
    .action(
      run(async (context, [wanted], options: { mode: StartSyncBody['mode']; wait?: boolean }) =>
        startSync(context, wanted, options),
      ),
    );
  program
    .command('cancel')
    .description('cancel the sync that is under way')
    .argument('<provider>', 'id or name')
    .action(
      run(async ({ api, out }, [wanted]) => {
        const { id, name } = await findProvider(api, wanted);
        const job = await api.cancelSync({ path: { id } });
        out.answer(job, () => [`The sync ${job.id} of "${name}" is being cancelled.`]);
      }),
    );
  program
    .command('jobs')
    .description('the history of syncs, newest first, or one of them')
    .argument('<provider>', 'id or name')
    .argument('[job]', 'id of a job: all that is known of it')
    .option('--limit <n>', 'how many', readCount, SHOWN_JOBS)
    .action(
      run(async (context, [wanted, job], { limit }: { limit: number }) =>
        job === undefined ? listJobs(context, wanted, limit) : showJob(context, wanted, job),
      ),
    );
}

async function startSync(
  context: CommandContext,
  wanted: string,
  options: { mode: StartSyncBody['mode']; wait?: boolean },
): Promise<void> {
  const { api, out, signal } = context;
  const provider = await findProvider(api, wanted);
  const order = { path: { id: provider.id }, body: { mode: options.mode }, signal };
  const started = await sendOnce((headers) => api.startSync({ ...order, headers }), signal);
  if (options.wait !== true) {
    out.answer(started, () => [`The sync ${started.id} of "${provider.name}" is ${started.state}.`]);
    return;
  }
  const job = await followJob(api, provider, started.id, out, signal);
  out.answer(job, () => [syncResultLine({ provider, job, seconds: jobSeconds(job) })]);
  if (job.state !== 'completed')
    throw new CliError(
      `sync-${job.state}`,
      `The sync ${job.id} was not completed: ${job.state}. ${job.reason ?? ''}`.trim(),
      EXIT.failed,
    );
}

async function listJobs({ api, out }: CommandContext, wanted: string, limit: number): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const { jobs } = await api.listSyncJobs({ path: { id }, query: { limit } });
  const rows = jobs.map((job) => [
    job.id,
    job.state,
    job.trigger,
    job.createdAt.slice(0, 19).replace('T', ' '),
    job.finishedAt === undefined ? '' : `${jobSeconds(job).toFixed(1)} s`,
    total(job, 'added'),
    total(job, 'updated'),
    total(job, 'removed'),
  ]);
  const header = ['JOB', 'STATE', 'BY', 'CREATED (UTC)', 'TOOK', 'ADDED', 'UPDATED', 'REMOVED'];
  out.table({ jobs }, header, rows, 'No sync yet: catalogue-sync sync <provider> --wait');
}

async function showJob({ api, out }: CommandContext, wanted: string, jobId: string): Promise<void> {
  const provider = await findProvider(api, wanted);
  const job = await api.getSyncJob({ path: { id: provider.id, job: jobId } });
  out.answer(job, () => [
    syncResultLine({ provider, job, seconds: jobSeconds(job) }),
    ...job.scopes.map(
      ({ scope, mode, modeReason, outcome, state, itemsFetched, attempt, reason }) =>
        `  ${scope}: ${outcome ?? state}, ${formatCount(itemsFetched)} items, ${mode} (${modeReason}), attempt ${attempt}${reason === undefined ? '' : `: ${reason}`}`,
    ),
  ]);
}

function total({ counts }: SyncJobDto, what: 'added' | 'updated' | 'removed'): number {
  return counts.channel[what] + counts.movie[what] + counts.series[what];
}
