import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServerError, ProcessLock } from '@catalogue-sync/embedded';

const LOCK = 'owner.lock';
const EPHEMERAL_PREFIX = 'catalogue-sync-ephemeral-';

/** The folder cannot be used; the message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/** The folder that everything is kept in. At most one standalone process has it open. */
export class DataDirectory {
  private constructor(
    readonly path: string,
    readonly ephemeral: boolean,
    private readonly lock: ProcessLock,
  ) {}

  /** Opens `path`, or a throw-away folder when there is none. Throws DataDirectoryError. */
  static open(path?: string): DataDirectory {
    if (path === undefined) removeLeftEphemerals();
    const folder = path ?? mkdtempSync(join(tmpdir(), EPHEMERAL_PREFIX));
    try {
      mkdirSync(folder, { recursive: true });
      // Others must be able to pass through: Postgres may have to run as another account. What is secret is closed itself.
      if (path === undefined) chmodSync(folder, 0o711);
      const lock = ProcessLock.acquire(
        join(folder, LOCK),
        (pid) =>
          `catalogue-sync already runs on ${folder} (pid ${pid}). Stop it there with Ctrl-C, or by "kill ${pid}", or give this one another folder with --data-dir.`,
      );
      const directory = new DataDirectory(folder, path === undefined, lock);
      for (const name of ['logs', 'spool', 'snapshot-cache'])
        mkdirSync(directory.at(name), { recursive: true, mode: 0o700 });
      return directory;
    } catch (error) {
      if (error instanceof EmbeddedServerError) throw new DataDirectoryError(error.message, { cause: error });
      throw new DataDirectoryError(
        `The data directory ${folder} cannot be used: ${(error as Error).message}. Was it made by another user? Give another one with --data-dir.`,
        { cause: error },
      );
    }
  }

  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** File with the key of the providers' credentials: 32 random bytes as base64, made once, for the owner's eyes only. */
  credentialsKeyFile(): string {
    const file = this.at('credentials.key');
    if (existsSync(file)) return file;
    if (existsSync(this.at('postgres', 'cluster'))) {
      throw new DataDirectoryError(
        `${file} is missing, and the providers' credentials in ${this.path} cannot be read without it. Put it back, or start on a new folder with --data-dir.`,
      );
    }
    // By a link, so that a start that was killed leaves a whole key or none.
    const draft = `${file}.new`;
    rmSync(draft, { force: true });
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    linkSync(draft, file);
    rmSync(draft);
    return file;
  }

  /** Reads a small JSON file of ours; undefined when there is none or it is damaged. */
  readJson(name: string): unknown {
    try {
      return JSON.parse(readFileSync(this.at(name), 'utf8')) as unknown;
    } catch {
      return undefined;
    }
  }

  /** Replaces it as a whole. */
  writeJson(name: string, value: unknown): void {
    writeFileSync(this.at(`${name}.new`), `${JSON.stringify(value, undefined, 2)}\n`);
    renameSync(this.at(`${name}.new`), this.at(name));
  }

  /** The log file of a process, fresh; the one of the run before is kept beside it with the ending `.1`. */
  freshLog(name: string): string {
    const file = this.at('logs', `${name}.log`);
    if (existsSync(file)) renameSync(file, `${file}.1`);
    writeFileSync(file, '', { mode: 0o600 });
    return file;
  }

  /** Gives the folder free; a throw-away one is removed. */
  close(): void {
    if (this.ephemeral) rmSync(this.path, { recursive: true, force: true });
    else this.lock.release();
  }
}

/** Throw-away folders of runs that were killed. */
function removeLeftEphemerals(): void {
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith(EPHEMERAL_PREFIX) || !existsSync(join(folder, LOCK))) continue;
    try {
      ProcessLock.acquire(join(folder, LOCK), String);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // In use, or another user's.
    }
  }
}
