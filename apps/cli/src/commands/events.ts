import type { FollowedEvent } from '@catalogue-sync/api-client';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { findProvider } from '../providers/find-provider.js';
import { readPosition } from './numbers.js';
import type { Run } from './run.js';

interface TailOptions {
  after?: number;
  limit?: number;
}

export function addEventCommands(program: Command, run: Run): void {
  program
    .command('events')
    .description("a provider's event log")
    .command('tail')
    .description('events as they happen, without a gap, until Ctrl-C')
    .argument('<provider>', 'id or name')
    .option(
      '--after <n>',
      'begin behind this sequence number: 0 for all that is kept (default: from now on)',
      readPosition,
    )
    .option('--limit <n>', 'end after so many events', readPosition)
    .action(run(async (context, [wanted], options: TailOptions) => tail(context, wanted, options)));
}

async function tail(
  { api, out, signal }: CommandContext,
  wanted: string,
  options: TailOptions,
): Promise<void> {
  const { id, name } = await findProvider(api, wanted);
  const after = options.after ?? (await api.readEvents({ path: { id }, query: { limit: 1 } })).head;
  if (options.after === undefined)
    out.note(`Events of "${name}" behind ${after}, as they happen. Ctrl-C ends.`);
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  if (left === 0) return;
  for await (const event of api.followEvents(id, after, signal)) {
    out.stream(event, lineOf(event));
    left -= 1;
    if (left === 0) return;
  }
}

function lineOf({ seq, time, type, subject, data }: FollowedEvent): string {
  const title = typeof data?.name === 'string' ? data.name : '';
  return [
    String(seq).padStart(8),
    time.slice(0, 19),
    type.replace(/^catalogue\.|\.v\d+$/g, '').padEnd(20),
    subject ?? '',
    title,
  ]
    .join('  ')
    .trimEnd();
}
