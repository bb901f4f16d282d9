import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from '@catalogue-sync/testing';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** An example of docs/examples as a process. It says `at <position>: …` when it starts from a position, and after each transaction. */
export class Example {
  private position = -1;
  /** Positions that this process has told. */
  private steps = 0;
  private output = '';

  private constructor(private readonly process: ChildProcess) {}

  static start(name: string, env: Record<string, string>): Example {
    const child = spawn(process.execPath, [join(root, 'docs', 'examples', name, 'main.mjs')], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const example = new Example(child);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => example.read(text));
    return example;
  }

  /** Resolves when the process has stored this position. Rejects when it ends before. */
  async at(position: number): Promise<void> {
    await this.until(() => this.position >= position, `position ${position}`);
  }

  /** Resolves with the next transaction. */
  async transaction(): Promise<void> {
    const wanted = this.steps + 1;
    await this.until(() => this.steps >= wanted, 'its next transaction');
  }

  /** As a crash: nothing is brought to an end. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }

  private read(text: string): void {
    this.output = (this.output + text).slice(-10_000);
    for (const [, position] of text.matchAll(/^at (\d+):/gm)) {
      this.position = Number(position);
      this.steps += 1;
    }
  }

  private async until(isReached: () => boolean, what: string): Promise<void> {
    await waitFor(
      () => {
        if (!isReached() && this.process.exitCode !== null)
          throw new Error(`the example ended with ${this.process.exitCode} before ${what}:\n${this.output}`);
        return isReached();
      },
      { timeoutMs: 60_000, what: `${what} of an example` },
    );
  }
}
