import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatMegabytes } from '@catalogue-sync/terminal';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { CliError, EXIT } from '../exit-code.js';
import type { Run } from './run.js';

/** Whoever owns the data directory knows what belongs to it: we start its own tool. */
const TOOL = fileURLToPath(new URL('../../../standalone/dist/backup/main.js', import.meta.url));

interface BackupAnswer {
  createdAt: string;
  providers: number;
  file: string;
  bytes: number;
}

export function addBackupCommands(program: Command, run: Run): void {
  program
    .command('backup')
    .description(
      'write the data directory of the embedded default (database, keys, configuration) to one file; it may be in use',
    )
    .option('--to <file>', 'default: catalogue-sync-<time>.tar.gz here')
    .action(run(async (context, _, { to }: { to?: string }) => backup(context, to)));
  program
    .command('restore')
    .description('make a data directory of a backup')
    .argument('<file>')
    .option('--to <folder>', 'new or empty (default: the one of --data-dir, ./.data)')
    .action(run(async (context, [file], { to }: { to?: string }) => restore(context, file, to)));
}

async function backup(context: CommandContext, to: string | undefined): Promise<void> {
  const name = `catalogue-sync-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}.tar.gz`;
  const file = resolve(context.typedIn, to ?? name);
  const done = (await runTool(context, 'backup', context.dataDirectory, file)) as BackupAnswer;
  const providers = `${done.providers} provider${done.providers === 1 ? '' : 's'}`;
  context.out.answer(done, () => [
    `Wrote ${done.file}: ${formatMegabytes(done.bytes)}, ${providers}. It holds the keys that open all of it: keep it safe.`,
  ]);
}

async function restore(context: CommandContext, from: string, to: string | undefined): Promise<void> {
  const folder = resolve(context.typedIn, to ?? context.namedDataDir ?? '.data');
  const done = (await runTool(context, 'restore', folder, resolve(context.typedIn, from))) as BackupAnswer;
  context.out.answer({ ...done, dataDir: folder }, () => [
    `Restored ${folder} as it was at ${done.createdAt}. Start it: npm start -- --data-dir ${folder}`,
  ]);
}

/** What it answers; its refusal is ours. */
async function runTool(
  { signal }: CommandContext,
  what: 'backup' | 'restore',
  dataDir: string,
  file: string,
): Promise<unknown> {
  if (!existsSync(TOOL))
    throw new CliError('not-built', 'apps/standalone is not built: run "npm run build" first.', EXIT.failed);
  const child = spawn(process.execPath, [TOOL, what, '--data-dir', dataDir, '--file', file], {
    cwd: join(TOOL, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let [answer, refusal] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (refusal += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', stop);
  if (code !== 0)
    throw new CliError(`${what}-failed`, refusal.trim() || `The ${what} was broken off.`, EXIT.failed);
  return JSON.parse(answer);
}
