import { readFileSync } from 'node:fs';
import type { ConnectionReportDto } from '@catalogue-sync/api-client';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { CliError, EXIT } from '../exit-code.js';
import { connectionFromUrl, type Connection } from '../providers/connection-from-url.js';
import { sendOnce } from '../gateway/send-once.js';
import { findProvider, listProviders } from '../providers/find-provider.js';
import type { Run } from './run.js';

interface ConnectionFlags {
  protocol?: string;
  mac?: string;
  username?: string;
  passwordFile?: string;
}

export function addProviderCommands(program: Command, run: Run): void {
  const providers = program.command('providers').description('list, test, add and delete providers');
  providers
    .command('list')
    .description('all providers')
    .action(run(async (context) => showProviders(context)));
  withConnection(providers.command('test'))
    .description(
      'test a provider: reachable, login, how much is there; a URL is tested without saving anything',
    )
    .argument('<provider or url>')
    .action(run(async (context, [target], flags: ConnectionFlags) => testProvider(context, target, flags)));
  withConnection(providers.command('add'))
    .description('test a provider, and add it when it answers')
    .argument('<url>', 'the one that your provider gave you; - reads it from standard input')
    .requiredOption('--name <name>', 'what it is called here')
    .option('--no-test', 'add it without testing it first')
    .action(
      run(async (context, [url], flags: ConnectionFlags & { name: string; test: boolean }) =>
        addProvider(context, url, flags),
      ),
    );
  providers
    .command('delete')
    .description('delete a provider with all that is kept of it')
    .argument('<provider>', 'id or name')
    .option('--yes', 'without asking')
    .action(
      run(async (context, [wanted], { yes }: { yes?: boolean }) =>
        deleteProvider(context, wanted, yes === true),
      ),
    );
}

function withConnection(command: Command): Command {
  return command
    .option('--protocol <protocol>', 'stalker, xtream or m3u, where the URL does not tell')
    .option('--mac <address>', 'of a Stalker portal')
    .option('--username <name>', 'of an Xtream panel, where it is not in the URL')
    .option('--password-file <file>', 'file with the password; - reads it from standard input');
}

async function showProviders({ api, out }: CommandContext): Promise<void> {
  const providers = await listProviders(api);
  const rows = providers.map(({ id, name, protocol, origin, activeJobId, state }) => [
    id,
    name,
    protocol,
    origin,
    state === 'deleting' ? 'deleting' : activeJobId === undefined ? '' : 'syncing',
  ]);
  out.table(
    { providers },
    ['ID', 'NAME', 'PROTOCOL', 'AT', ''],
    rows,
    'No provider yet: catalogue-sync providers add <url> --name <name>',
  );
}

async function testProvider(context: CommandContext, target: string, flags: ConnectionFlags): Promise<void> {
  const { api, out, signal } = context;
  const report =
    target === '-' || /^https?:\/\//i.test(target)
      ? await api.testConnection({
          body: { connection: await readConnection(context, target, flags) },
          signal,
        })
      : await api.testProvider({ path: { id: (await findProvider(api, target)).id }, signal });
  out.answer(report, () => reportLines(report));
  if (!report.ok) throw failedTest(report);
}

async function addProvider(
  context: CommandContext,
  url: string,
  flags: ConnectionFlags & { name: string; test: boolean },
): Promise<void> {
  const { api, out, signal } = context;
  const connection = await readConnection(context, url, flags);
  if (flags.test) {
    const report = await api.testConnection({ body: { connection }, signal });
    for (const line of reportLines(report)) out.note(line);
    if (!report.ok) throw failedTest(report, ' Nothing was added; --no-test adds it all the same.');
  }
  const order = { body: { name: flags.name, connection }, signal };
  const provider = await sendOnce((headers) => api.createProvider({ ...order, headers }), signal);
  out.answer(provider, () => [
    `Added "${provider.name}" as ${provider.id}. Sync it: catalogue-sync sync ${provider.id} --wait`,
  ]);
}

async function deleteProvider(context: CommandContext, wanted: string, yes: boolean): Promise<void> {
  const { api, out } = context;
  const { id, name } = await findProvider(api, wanted);
  await context.confirm(`Delete "${name}" (${id}) with all that is kept of it?`, yes);
  const deletion = await api.deleteProvider({ path: { id } });
  out.answer(deletion, () => [`"${name}" is ${deletion.state}.`]);
}

/** Secrets come from the URL itself, a file or standard input, and on a terminal by being asked for: never from an option. */
async function readConnection(
  context: CommandContext,
  given: string,
  flags: ConnectionFlags,
): Promise<Connection> {
  if (given === '-' && flags.passwordFile === '-')
    throw new CliError(
      'two-inputs',
      'Standard input holds the URL or the password, not both: give one of them as a file.',
    );
  const url = given === '-' ? await context.readInput() : given;
  const password =
    flags.passwordFile === undefined ? undefined : await readPassword(context, flags.passwordFile);
  return connectionFromUrl(url, { ...flags, ...(password === undefined ? {} : { password }) });
}

async function readPassword(context: CommandContext, file: string): Promise<string> {
  if (file === '-') return context.readInput();
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new CliError(
      'no-password-file',
      `The file of --password-file cannot be read: ${(error as Error).message}`,
    );
  }
}

function reportLines({ steps, account, counts }: ConnectionReportDto): string[] {
  const known = Object.entries(counts ?? {}).map(
    ([kind, count]) => `${count.toLocaleString('en-US')} ${kind}`,
  );
  return [
    ...steps.map(
      ({ name, ok, detail, milliseconds }) =>
        `${ok ? '✓' : '✗'} ${name.padEnd(6)} ${detail} (${milliseconds} ms)`,
    ),
    ...(account?.status === undefined
      ? []
      : [
          `  account ${account.status}${account.expiresAt === undefined ? '' : `, expires ${account.expiresAt}`}`,
        ]),
    ...(known.length === 0 ? [] : [`  lists  ${known.join(', ')}`]),
  ];
}

function failedTest({ error }: ConnectionReportDto, more = ''): CliError {
  return new CliError(
    error?.code ?? 'test-failed',
    `${error?.message ?? 'The test failed.'}${more}`,
    EXIT.failed,
  );
}
