import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { EmbeddedServerError } from './embedded-server.error.js';
import { processStart } from './process-identity.js';

interface Owner {
  pid: number;
  /** Boot and start time: a recycled pid is told from the owner by it. */
  start?: string;
}

/**
 * A lock file that names its owner by pid and start time, so that it holds for as long as the owner runs and not longer: a
 * killed owner and a recycled pid leave it open. For processes of one host.
 */
export class ProcessLock {
  private constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  /**
   * Takes the lock, or throws `already-running` with `refusal(pid of the owner)` as message.
   * The file is made by a hard link of a finished one, so that nobody ever reads half of it.
   */
  static acquire(file: string, refusal: (pid: number) => string): ProcessLock {
    const text = JSON.stringify({ pid: process.pid, start: processStart(process.pid) } satisfies Owner);
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    writeFileSync(draft, text, { mode: 0o644 });
    try {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        if (tryLink(draft, file)) return new ProcessLock(file, text);
        const found = readText(file);
        if (found === undefined) continue;
        const owner = runningOwner(found);
        if (owner !== undefined) throw new EmbeddedServerError('already-running', refusal(owner));
        removeStale(file, found, draft);
      }
      throw new EmbeddedServerError('already-running', `The lock ${file} changes hands all the time.`);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Gives the lock up; nothing happens when it is not ours any more. */
  release(): void {
    if (readText(this.file) === this.text) rmSync(this.file, { force: true });
  }
}

function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function runningOwner(text: string): number | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return owner.start !== undefined && processStart(owner.pid) === owner.start ? owner.pid : undefined;
  } catch {
    return undefined;
  }
}

/** Moves the stale file aside; if another starter was quicker and ours is its fresh one by now, puts it back. */
function removeStale(file: string, stale: string, draft: string): void {
  const aside = `${draft}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readText(aside) !== stale) tryLink(aside, file);
  rmSync(aside, { force: true });
}
