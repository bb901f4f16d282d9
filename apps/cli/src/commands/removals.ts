import { allPages, type HeldRemovalDto } from '@catalogue-sync/api-client';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { findProvider } from '../providers/find-provider.js';
import type { Run } from './run.js';

const LISTED = 50;

export function addRemovalCommands(program: Command, run: Run): void {
  const removals = program
    .command('removals')
    .description('removals that were not believed, and wait for you');
  removals
    .command('list')
    .description('the sets that are held')
    .argument('<provider>', 'id or name')
    .option('--all', 'those that were decided too')
    .action(
      run(async (context, [wanted], { all }: { all?: boolean }) => list(context, wanted, all === true)),
    );
  removals
    .command('show')
    .description('what is in a set')
    .argument('<provider>', 'id or name')
    .argument('<digest>', 'names the set')
    .action(run(async (context, [wanted, digest]) => show(context, wanted, digest)));
  for (const decision of ['approve', 'reject'] as const)
    removals
      .command(decision)
      .description(decision === 'approve' ? 'remove what is still absent, at once' : 'keep all of it')
      .argument('<provider>', 'id or name')
      .argument('<digest>', 'names the set')
      .option('--yes', 'without asking')
      .action(
        run(async (context, [wanted, digest], { yes }: { yes?: boolean }) =>
          decide(context, decision, wanted, digest, yes === true),
        ),
      );
}

async function list({ api, out }: CommandContext, wanted: string, all: boolean): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const removals: HeldRemovalDto[] = [];
  for await (const page of allPages((query) =>
    api.listRemovals({ path: { id }, query: { ...query, ...(all ? {} : { state: 'held' }) } }),
  ))
    removals.push(...page.removals);
  const rows = removals.map(({ digest, state, scope, kind, count, stillAbsent, reason }) => [
    digest,
    state,
    scope,
    kind,
    count,
    stillAbsent,
    reason,
  ]);
  out.table(
    { removals },
    ['SET', 'STATE', 'SCOPE', 'KIND', 'HELD', 'ABSENT', 'WHY'],
    rows,
    'Nothing is held.',
  );
}

async function show({ api, out }: CommandContext, wanted: string, digest: string): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const detail = await api.getRemoval({ path: { id, digest }, query: { limit: LISTED } });
  const { removal, items } = detail;
  out.answer(detail, () => [
    `${removal.count} of ${removal.scope}/${removal.kind}, ${removal.stillAbsent} still absent: ${removal.reason}`,
    ...items.map(({ id: item, name, absent }) => `  ${absent ? '-' : ' '} ${item}  ${name ?? ''}`.trimEnd()),
    ...(detail.nextCursor === undefined ? [] : ['  … and more']),
  ]);
}

async function decide(
  context: CommandContext,
  decision: 'approve' | 'reject',
  wanted: string,
  digest: string,
  yes: boolean,
): Promise<void> {
  const { api, out } = context;
  const { id, name } = await findProvider(api, wanted);
  const path = { id, digest };
  if (decision === 'approve') {
    const { removal } = await api.getRemoval({ path, query: { limit: 1 } });
    await context.confirm(
      `Remove ${removal.stillAbsent} of "${name}" (${removal.scope}/${removal.kind})?`,
      yes,
    );
  }
  const answer =
    decision === 'approve' ? await api.approveRemoval({ path }) : await api.rejectRemoval({ path });
  out.answer(answer, () => [`${answer.removal.state}: ${answer.removed} removed.`]);
}
