import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs the server and holds the read end of a pipe whose write end is ours. When we end, however we end (SIGKILL included), the
 * pipe closes, and the server gets its signal; after 20 s it is killed. `read` never returns as long as we live.
 */
const SUPERVISOR = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
( read _ <&3
  kill -$STOP_SIGNAL $server
  seconds=0
  while [ $seconds -lt 20 ] && kill -0 $server; do sleep 1; seconds=$((seconds+1)); done
  kill -KILL $server ) >/dev/null 2>&1 & watcher=$!
wait $server; code=$?
kill $watcher 2>/dev/null
exit $code`;

export interface SupervisedProcessOptions {
  command: string;
  args: string[];
  /** The signal that asks for an orderly end. */
  stopSignal: 'INT' | 'TERM';
  env: NodeJS.ProcessEnv;
  cwd: string;
  uid?: number;
  gid?: number;
  /** Every line that the process writes. */
  log?: (line: string) => void;
}

/** How a process ended: its code or signal, with its last lines. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  lastLines: string[];
}

const LAST_LINES = 30;

/** A server as our child that ends when we do. It has its own process group, so that a terminal's Ctrl-C reaches only us. */
export class SupervisedProcess {
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Set once it has ended. */
  end?: ProcessEnd;

  constructor(options: SupervisedProcessOptions) {
    const windows = process.platform === 'win32';
    const spawnOptions = {
      cwd: options.cwd,
      detached: !windows,
      stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'],
      env: { ...options.env, STOP_SIGNAL: options.stopSignal },
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
    };
    this.child = windows
      ? spawn(options.command, options.args, spawnOptions)
      : spawn('/bin/sh', ['-c', SUPERVISOR, 'supervisor', options.command, ...options.args], spawnOptions);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.take(line, options.log));
    }
    this.child.stdin?.on('error', () => {
      // The supervisor is gone before us; `ended` tells.
    });
    this.ended = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null) => {
        this.end ??= { code, signal, lastLines: this.lines };
        resolve(this.end);
      };
      this.child.once('error', (error) => {
        this.lines.push(error.message);
        finish(null, null);
      });
      // Not 'exit': its last lines must have been read.
      this.child.once('close', finish);
    });
  }

  /** Asks for an orderly end and waits for it; kills the process when it takes longer than `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    if (this.end !== undefined) return;
    const timer = setTimeout(() => this.kill(), withinMs);
    this.child.stdin?.end();
    if (process.platform === 'win32') this.child.kill();
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    if (this.end !== undefined || this.child.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? this.child.pid : -this.child.pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }

  private take(line: string, log?: (line: string) => void): void {
    this.lines.push(line);
    if (this.lines.length > LAST_LINES) this.lines.shift();
    log?.(line);
  }
}
