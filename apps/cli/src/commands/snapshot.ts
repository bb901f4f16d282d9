import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatMegabytes } from '@catalogue-sync/terminal';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { findProvider } from '../providers/find-provider.js';
import { readPosition } from './numbers.js';
import type { Run } from './run.js';

const LISTED = 20;

export function addSnapshotCommands(program: Command, run: Run): void {
  const snapshot = program.command('snapshot').description('versions of a whole catalogue');
  snapshot
    .command('list')
    .description('the versions that are kept')
    .argument('<provider>', 'id or name')
    .action(run(async (context, [wanted]) => listVersions(context, wanted)));
  snapshot
    .command('get')
    .description('the whole document, as JSON')
    .argument('<provider>', 'id or name')
    .option('--version <n>', 'an older version (default: the current one)', readPosition)
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(
      run(async (context, [wanted], options: { version?: number; output?: string }) =>
        getDocument(context, wanted, options),
      ),
    );
  snapshot
    .command('diff')
    .description('what changed from one version to another')
    .argument('<provider>', 'id or name')
    .argument('<from>', 'version', readPosition)
    .argument('[to]', 'version (default: the current one)', readPosition)
    .action(
      run(async (context, [wanted, from, to]) =>
        showChanges(context, wanted, Number(from), to === undefined ? undefined : Number(to)),
      ),
    );
}

async function listVersions({ api, out }: CommandContext, wanted: string): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const { snapshots } = await api.listSnapshots({ path: { id } });
  const rows = snapshots.map(({ version, current, generatedAt, asOfSeq, stats, compressedBytes }) => [
    version,
    current ? 'current' : '',
    generatedAt.slice(0, 19).replace('T', ' '),
    asOfSeq ?? 'pinned',
    stats.totalMovies,
    stats.totalSeries,
    stats.totalChannels,
    formatMegabytes(compressedBytes),
  ]);
  const header = ['VERSION', '', 'SEALED (UTC)', 'AS OF', 'MOVIES', 'SERIES', 'CHANNELS', 'GZIP'];
  out.table({ snapshots }, header, rows, 'No snapshot yet: it is written at the end of the first sync.');
}

/** The document may be large: it goes through as a stream, and a file gets its name when it is whole. */
async function getDocument(
  { api, out, signal }: CommandContext,
  wanted: string,
  { version, output }: { version?: number; output?: string },
): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const body = await api.getSnapshot({
    path: { id },
    query: version === undefined ? {} : { version },
    parseAs: 'stream',
    signal,
  });
  const document = Readable.fromWeb(body as unknown as Parameters<typeof Readable.fromWeb>[0]);
  if (output === undefined) {
    await pipeline(document, process.stdout, { end: false });
    return;
  }
  const draft = `${output}.part`;
  try {
    await pipeline(document, createWriteStream(draft), { signal });
    renameSync(draft, output);
  } finally {
    rmSync(draft, { force: true });
  }
  out.note(`Wrote ${output}.`);
}

async function showChanges(
  { api, out }: CommandContext,
  wanted: string,
  from: number,
  to?: number,
): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const changes = await api.getSnapshotChanges({
    path: { id },
    query: { from, ...(to === undefined ? {} : { to }) },
  });
  const { items, categories } = changes;
  out.answer(changes, () => [
    `Version ${changes.from} to ${changes.to}: ${items.added.length} added, ${items.updated.length} updated, ${items.removed.length} removed; categories ${categories.added.length}, ${categories.updated.length}, ${categories.removed.length}.`,
    ...shown('+', items.added.map(titleOf)),
    ...shown('~', items.updated.map(titleOf)),
    ...shown('-', items.removed),
  ]);
}

function titleOf(item: { [key: string]: unknown }): string {
  const { id, name } = item as { id?: string; name?: string };
  return `${id ?? ''}  ${name ?? ''}`.trimEnd();
}

function shown(sign: string, lines: readonly string[]): string[] {
  const more = lines.length - LISTED;
  return [
    ...lines.slice(0, LISTED).map((line) => `${sign} ${line}`),
    ...(more > 0 ? [`${sign} … and ${more} more (--json has all)`] : []),
  ];
}
