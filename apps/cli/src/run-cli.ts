import { CommanderError } from 'commander';
import type { Surroundings } from './command-context.js';
import { EXIT, toFailure, type ExitCode } from './exit-code.js';
import { Output } from './output/output.js';
import { createProgram } from './program.js';

/** Runs one command line (the arguments behind the script's name). Answers the exit code. */
export async function runCli(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  try {
    await createProgram(around).parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // Commander has said it already; help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    // Who read us had enough (`| head`).
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.done;
    if (around.signal.aborted) return EXIT.interrupted;
    const failure = toFailure(error);
    new Output(around, args.includes('--json')).failure(failure);
    return failure.exitCode;
  }
}
