import type { CreateScheduleBody, ScheduleDto } from '@catalogue-sync/api-client';
import { Option, type Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { CliError, EXIT } from '../exit-code.js';
import { sendOnce } from '../gateway/send-once.js';
import { findProvider } from '../providers/find-provider.js';
import { readPosition } from './numbers.js';
import type { Run } from './run.js';

interface NewSchedule {
  timeZone?: string;
  mode?: CreateScheduleBody['mode'];
  jitter?: number;
}

export function addScheduleCommands(program: Command, run: Run): void {
  const schedules = program.command('schedules').description('when a provider is synced by itself');
  schedules
    .command('list')
    .description('its schedules, with the next run')
    .argument('<provider>', 'id or name')
    .action(run(async (context, [wanted]) => list(context, wanted)));
  schedules
    .command('add')
    .description('add a schedule')
    .argument('<provider>', 'id or name')
    .argument('<cron>', 'minute, hour, day of month, month, day of week: "0 3 * * *"')
    .option('--time-zone <zone>', 'whose clocks it is read on, as Europe/Paris (default: UTC)')
    .addOption(new Option('--mode <mode>', 'how it is fetched').choices(['auto', 'full', 'head', 'list']))
    .option('--jitter <seconds>', 'a run starts up to so much later, at random', readPosition)
    .action(
      run(async (context, [wanted, cron], options: NewSchedule) => add(context, wanted, cron, options)),
    );
  schedules
    .command('suggest')
    .description('how often it changes, and the schedule that fits')
    .argument('<provider>', 'id or name')
    .action(run(async (context, [wanted]) => suggest(context, wanted)));
  for (const [verb, description] of Object.entries(CHANGES))
    schedules
      .command(verb)
      .description(description)
      .argument('<provider>', 'id or name')
      .argument('<schedule>', 'its id, or the beginning of it')
      .action(
        run(async (context, [wanted, id]) => change(context, verb as keyof typeof CHANGES, wanted, id)),
      );
}

const CHANGES = {
  pause: 'no runs until it is resumed',
  resume: 'go on with a paused one',
  remove: 'delete a schedule',
} as const;

async function list({ api, out }: CommandContext, wanted: string): Promise<void> {
  const { id, name } = await findProvider(api, wanted);
  const answer = await api.listSchedules({ path: { id } });
  const rows = answer.schedules.map((schedule) => [
    schedule.id,
    schedule.words,
    schedule.mode,
    nextRun(schedule),
  ]);
  const none = `"${name}" has none: catalogue-sync schedules add ${id} "0 3 * * *"`;
  out.table(answer, ['SCHEDULE', 'WHEN', 'MODE', 'NEXT RUN (UTC)'], rows, none);
}

async function add(
  context: CommandContext,
  wanted: string,
  cron: string,
  options: NewSchedule,
): Promise<void> {
  const { api, out, signal } = context;
  const { id } = await findProvider(api, wanted);
  const { timeZone, mode, jitter } = options;
  const body = {
    cron,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(mode === undefined ? {} : { mode }),
    ...(jitter === undefined ? {} : { jitterSeconds: jitter }),
  };
  const schedule = await sendOnce(
    (headers) => api.createSchedule({ path: { id }, body, headers, signal }),
    signal,
  );
  out.answer(schedule, () => [
    `${schedule.words}: next run ${nextRun(schedule)} UTC. Schedule ${schedule.id}.`,
  ]);
}

async function suggest({ api, out }: CommandContext, wanted: string): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const suggestion = await api.suggestSchedule({ path: { id } });
  const { syncs, changed, cron, words } = suggestion;
  out.answer(suggestion, () => [
    `${changed} of the last ${syncs} syncs found a change.`,
    cron === undefined
      ? 'Too little is known for a suggestion.'
      : `${words ?? cron}: catalogue-sync schedules add ${id} "${cron}"`,
  ]);
}

async function change(
  { api, out }: CommandContext,
  verb: keyof typeof CHANGES,
  wanted: string,
  beginning: string,
): Promise<void> {
  const { id } = await findProvider(api, wanted);
  const { schedules } = await api.listSchedules({ path: { id } });
  const found = schedules.filter((schedule) => schedule.id.startsWith(beginning));
  const [schedule] = found;
  if (schedule === undefined || found.length > 1)
    throw new CliError(
      'schedule-not-found',
      `${found.length === 0 ? 'No schedule' : 'More than one schedule'} begins with "${beginning}": see catalogue-sync schedules list ${id}.`,
      EXIT.failed,
    );
  const path = { id, schedule: schedule.id };
  if (verb === 'remove') {
    await api.deleteSchedule({ path });
    out.answer({ removed: schedule.id }, () => [`Removed: ${schedule.words}.`]);
    return;
  }
  const changed = await api.updateSchedule({ path, body: { paused: verb === 'pause' } });
  out.answer(changed, () => [
    `${changed.words}: ${changed.paused ? 'paused' : `next run ${nextRun(changed)} UTC`}.`,
  ]);
}

function nextRun({ nextRunAt, fault }: ScheduleDto): string {
  return nextRunAt?.slice(0, 16).replace('T', ' ') ?? (fault === undefined ? 'paused' : `paused: ${fault}`);
}
