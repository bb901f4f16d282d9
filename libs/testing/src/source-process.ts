import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Lets Node run the workspace's TypeScript as it stands: `./x.js` means `./x.ts` where only that exists. */
const RESOLVE_SOURCE = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return next(specifier.slice(0, -3) + '.ts', context);
    }
  },
});`;

/** Node arguments under which a process runs TypeScript of this workspace without a build (no decorators). */
export const SOURCE_NODE_ARGS: readonly string[] = [
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  '--conditions=@catalogue-sync/source',
  '--import',
  `data:text/javascript,${encodeURIComponent(RESOLVE_SOURCE)}`,
];

export interface SourceProcess {
  child: ChildProcess;
  pid: number;
  /** The next line that it writes; rejects when it ends instead, with what it wrote to standard error. */
  nextLine(): Promise<string>;
  /** Its exit code, or the signal that ended it, when all it wrote was read. */
  ended: Promise<number | NodeJS.Signals | null>;
  errorOutput(): string;
}

/** Runs an ES module's text in a Node process of its own, with the workspace's packages at hand: for tests that kill it. */
export function startSourceProcess(
  script: string,
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv; args?: string[] } = {},
): SourceProcess {
  const args = [...SOURCE_NODE_ARGS, '--input-type=module', '-e', script, '--', ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Colours off: test runners force them on, and what is printed here is read by a program.
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0', ...options.env },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  return {
    child,
    pid: child.pid ?? 0,
    ended,
    errorOutput: () => errors,
    async nextLine() {
      const line = await lines.next();
      if (line.done === true) throw new Error(`The process ended (${await ended}). It wrote: ${errors}`);
      return line.value;
    },
  };
}
