import { HELP, parseCommandLine } from './cli-options.js';
import { StopRequest } from './process/stop-request.js';
import { runStandalone } from './run-standalone.js';
import { BUILT_ENTRIES } from './service-catalog.js';
import type { System } from './system.js';
import { createReporter } from './terminal/create-reporter.js';

const FORCED_EXIT = 130;
const REFUSED_EXIT = 2;

const commandLine = parseCommandLine(process.argv.slice(2), {
  project: process.cwd(),
  typedIn: process.env.INIT_CWD ?? process.cwd(),
});
if (commandLine.kind === 'help') {
  process.stdout.write(HELP);
} else if (commandLine.kind === 'refused') {
  process.stderr.write(`${commandLine.message}.\n\n${HELP}`);
  process.exitCode = REFUSED_EXIT;
} else {
  let running: System | undefined;
  const stop = new StopRequest(() => {
    running?.kill();
    process.exit(FORCED_EXIT);
  }).listen();
  const exitCode = await runStandalone(commandLine.options, {
    entries: BUILT_ENTRIES,
    reporter: createReporter(commandLine.options.json, process.stdout),
    stop,
    onSystem: (system) => (running = system),
  });
  process.exit(exitCode);
}
