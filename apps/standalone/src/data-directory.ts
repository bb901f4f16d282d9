import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
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
/** Where the running system is: the command line finds it by this. */
const RUNNING = 'running.json';
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
    makeSecretFile(file, randomBytes(32).toString('base64'));
    return file;
  }

  /** Puts a new key in front of the file's: values under either can be read. */
  addCredentialsKey(): void {
    const file = this.credentialsKeyFile();
    replaceSecretFile(file, `${randomBytes(32).toString('base64')}\n${readFileSync(file, 'utf8').trim()}`);
  }

  /** Keeps the newest key of the file alone: for when nothing is under the others any more. */
  dropOlderCredentialsKeys(): void {
    const file = this.credentialsKeyFile();
    const [newest = ''] = readFileSync(file, 'utf8').split(/\s+/);
    replaceSecretFile(file, newest);
  }

  /** File with the key that the gateway takes for the admin's: made once, for the owner's eyes only. Who deletes it gets a new one. */
  adminKeyFile(): string {
    const file = this.at('admin.key');
    if (!existsSync(file)) makeSecretFile(file, `csa_${randomBytes(32).toString('base64url')}`);
    return file;
  }

  adminKey(): string {
    return readFileSync(this.adminKeyFile(), 'utf8').trim();
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

  /** Says where the system is, for as long as it runs; the owner's eyes only, for the database's password is in it. */
  announce(places: { api: string; nats: string; postgres: string }): void {
    const draft = this.at(`${RUNNING}.new`);
    writeFileSync(draft, `${JSON.stringify({ pid: process.pid, ...places }, undefined, 2)}\n`, {
      mode: 0o600,
    });
    renameSync(draft, this.at(RUNNING));
  }

  /** Gives the folder free; a throw-away one is removed. */
  close(): void {
    rmSync(this.at(RUNNING), { force: true });
    if (this.ephemeral) rmSync(this.path, { recursive: true, force: true });
    else this.lock.release();
  }
}

/** As a whole: the old content or the new, both on disk before anything relies on them. */
function replaceSecretFile(file: string, content: string): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(descriptor, `${content}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
}

/** By a link, so that a start that was killed leaves a whole secret or none. */
function makeSecretFile(file: string, secret: string): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${secret}\n`, { mode: 0o600 });
  linkSync(draft, file);
  rmSync(draft);
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
