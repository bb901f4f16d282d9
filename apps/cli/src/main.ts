import { fileURLToPath } from 'node:url';
import { EXIT } from './exit-code.js';
import { runCli } from './run-cli.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // The second one does not wait.
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    stop.abort();
  });

const exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  folders: [process.env.INIT_CWD ?? process.cwd(), fileURLToPath(new URL('../../..', import.meta.url))],
  signal: stop.signal,
});
process.exitCode = stop.signal.aborted ? EXIT.interrupted : exitCode;
