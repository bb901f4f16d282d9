import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Node arguments under which a process runs TypeScript of this workspace as it stands, decorators included: no build is needed. */
export const SOURCE_NODE_ARGS: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  '--conditions=@catalogue-sync/source',
  '--import',
  new URL('../run-source.mjs', import.meta.url).href,
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
