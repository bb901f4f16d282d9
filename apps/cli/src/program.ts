import { Command } from 'commander';
import { CommandContext, type Surroundings } from './command-context.js';
import { addBackupCommands } from './commands/backup.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEventCommands } from './commands/events.js';
import { addProviderCommands } from './commands/providers.js';
import { addRemovalCommands } from './commands/removals.js';
import { actionRunner } from './commands/run.js';
import { addScheduleCommands } from './commands/schedules.js';
import { addSnapshotCommands } from './commands/snapshot.js';
import { addSyncCommands } from './commands/sync.js';
import { EXIT } from './exit-code.js';

const EXIT_CODES = `
Exit codes: ${EXIT.done} done · ${EXIT.failed} failed or refused · ${EXIT.usage} wrong usage, or it would have to ask · ${EXIT.unreachable} the gateway does not answer ·
            ${EXIT.notPermitted} the key may not · ${EXIT.interrupted} Ctrl-C`;

/** All commands. Errors are thrown, and nothing ends the process. */
export function createProgram(around: Surroundings): Command {
  const program = new Command('catalogue-sync')
    .description('Runs catalogue-sync over its REST API.')
    .option(
      '--url <url>',
      'the gateway (or CATALOGUE_SYNC_URL; default: the one of the data directory, http://127.0.0.1:3000)',
    )
    .option(
      '--api-key-file <file>',
      'file with the key (or CATALOGUE_SYNC_API_KEY, CATALOGUE_SYNC_API_KEY_FILE)',
    )
    .option('--data-dir <folder>', 'of the embedded default (default: ./.data)')
    .option('--json', 'JSON on standard output')
    .addHelpText('after', EXIT_CODES);
  const run = actionRunner((command) => CommandContext.of(command, around));
  addProviderCommands(program, run);
  addSyncCommands(program, run);
  addSnapshotCommands(program, run);
  addEventCommands(program, run);
  addRemovalCommands(program, run);
  addScheduleCommands(program, run);
  addDoctorCommand(program, run);
  addBackupCommands(program, run);
  throwInsteadOfExit(program, around);
  return program;
}

function throwInsteadOfExit(command: Command, around: Surroundings): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => around.stdout.write(text),
    writeErr: (text) => around.stderr.write(text),
  });
  for (const child of command.commands) throwInsteadOfExit(child, around);
}
