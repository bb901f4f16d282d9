import { ApiError } from '@catalogue-sync/api-client';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { bad, checkLines, good, type Check } from '../doctor/check.js';
import { checkLoad, checkReachable, checkServices, checkSystem } from '../doctor/check-gateway.js';
import { checkNode, checkSpace } from '../doctor/check-machine.js';
import { checkProvider } from '../doctor/check-providers.js';
import { CliError, EXIT } from '../exit-code.js';
import { listProviders } from '../providers/find-provider.js';
import { readCount } from './numbers.js';
import type { Run } from './run.js';

/** The default schedule is daily: one missed run is no news yet. */
const STALE_HOURS = 48;

export function addDoctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('check everything: a tick, or what to do')
    .option(
      '--stale-hours <n>',
      'a provider that was not synced for so long is stale',
      readCount,
      STALE_HOURS,
    )
    .action(run(async (context, _, { staleHours }: { staleHours: number }) => examine(context, staleHours)));
}

async function examine(context: CommandContext, staleHours: number): Promise<void> {
  const checks: Check[] = [];
  for await (const check of allChecks(context, staleHours)) {
    checks.push(check);
    if (!context.out.json) for (const line of checkLines(check)) context.out.stream(check, line);
  }
  const wrong = checks.filter(({ ok }) => !ok).length;
  if (context.out.json) context.out.answer({ ok: wrong === 0, checks }, () => []);
  if (wrong > 0)
    throw new CliError('not-healthy', `${wrong} of ${checks.length} checks ask for something.`, EXIT.failed);
  context.out.note(`All ${checks.length} checks are fine.`);
}

/** What cannot be asked without what came before it is not asked. */
async function* allChecks(context: CommandContext, staleHours: number): AsyncGenerator<Check> {
  const { gateway, api, signal } = context;
  yield checkNode();
  if (gateway.dataDir !== undefined) yield checkSpace(gateway.dataDir);
  const reached = await checkReachable(gateway, signal);
  yield* reached;
  if (reached[0]?.ok !== true) return;
  yield* await checkServices(api, signal);
  const providers = await listProviders(api).catch((error: unknown) => error);
  if (!Array.isArray(providers)) {
    yield checkRefusal(providers);
    return;
  }
  yield good('Key', context.gateway.apiKey === undefined ? 'none is asked for' : 'is accepted');
  yield* checkSystem(await api.getSystem({ signal }));
  yield await checkLoad(api, signal);
  if (providers.length === 0)
    yield bad('Providers', 'there is none yet', 'Add one: catalogue-sync providers add <url> --name <name>');
  for (const provider of providers as Awaited<ReturnType<typeof listProviders>>)
    if (provider.state === 'active') yield* await checkProvider(api, provider, staleHours, signal);
}

function checkRefusal(error: unknown): Check {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401 || error.status === 403)
    return bad('Key', error.message, 'Name a key that may read: --api-key-file, or CATALOGUE_SYNC_API_KEY.');
  return bad('Providers', error.message, 'See which service above is down, and restart it.');
}
