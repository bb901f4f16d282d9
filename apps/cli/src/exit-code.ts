import { ApiError, UnreachableError } from '@catalogue-sync/api-client';

/** What a script can tell by the exit code. Documented in docs/cli.md. */
export const EXIT = {
  done: 0,
  /** It was refused or did not succeed: a sync that failed, a check that found something. */
  failed: 1,
  /** The command line is wrong, or it would have to ask and there is no terminal. */
  usage: 2,
  /** The gateway does not answer. */
  unreachable: 3,
  /** The key is missing, wrong or may not do this. */
  notPermitted: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a message for a person and a code for a script. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    readonly code: string,
    message: string,
    readonly exitCode: ExitCode = EXIT.usage,
  ) {
    super(message);
  }
}

/** How any failure is told. */
export function toFailure(error: unknown): { exitCode: ExitCode; code: string; message: string } {
  if (error instanceof CliError) return error;
  if (error instanceof UnreachableError)
    return { exitCode: EXIT.unreachable, code: 'gateway-unreachable', message: error.message };
  if (error instanceof ApiError) {
    const { code, status } = error;
    const fields = (error.fields.errors ?? [])
      .map(({ field, message }) => `${field}: ${message}`)
      // The detail may say it already.
      .filter((line) => line !== error.message)
      .map((line) => `\n  ${line}`);
    const refused = status === 401 || status === 403;
    const hint = status === 401 ? ' Name a key with --api-key-file or CATALOGUE_SYNC_API_KEY.' : '';
    return {
      exitCode: refused ? EXIT.notPermitted : EXIT.failed,
      code,
      message: `${error.message}${hint}${fields.join('')}`,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: EXIT.failed, code: 'internal', message };
}
