import { spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from './embedded-server.error.js';
import { executable } from './postgres-binaries.js';
import type { PostgresPlacement } from './postgres-placement.js';
import { processCommand } from './process-identity.js';

export const SUPERUSER = 'catalogue_admin';

/** Environment of the server and of initdb: nothing of ours, so that no PG* variable of the user's bends it. */
export const POSTGRES_ENV: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

export function clusterDir(placement: PostgresPlacement): string {
  return join(placement.dataDir, 'cluster');
}

/**
 * Makes the cluster unless it exists; a half-made one of a killed start never counts, because it gets its name last.
 * Answers the secret that the passwords of its roles come from.
 */
export function prepareCluster(placement: PostgresPlacement, fsync: boolean): Buffer {
  const secretFile = join(placement.dataDir, 'secret');
  const cluster = clusterDir(placement);
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    takeOwnership(cluster, placement);
    return Buffer.from(readFileSync(secretFile, 'utf8'), 'hex');
  }
  const secret = randomBytes(32);
  writeFileSync(secretFile, secret.toString('hex'), { mode: 0o600 });
  initialise(placement, passwordOf(secret, SUPERUSER), fsync);
  return secret;
}

/** The password of a role: the same as long as the data lives, and not to be guessed from another role's. */
export function passwordOf(secret: Buffer, role: string): string {
  return createHmac('sha256', secret).update(role).digest('base64url').slice(0, 32);
}

function initialise(placement: PostgresPlacement, password: string, fsync: boolean): void {
  const draft = `${clusterDir(placement)}.new`;
  const passwordFile = join(placement.dataDir, 'initial-password');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const path of [draft, passwordFile]) own(path, placement);
  const [command = '', ...args] = [
    ...placement.prefix,
    executable(placement.binaries, 'initdb'),
    '-D',
    draft,
    '-U',
    SUPERUSER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(fsync ? [] : ['--no-sync']),
  ];
  const run = spawnSync(command, args, {
    ...identity(placement),
    cwd: draft,
    env: POSTGRES_ENV,
    encoding: 'utf8',
  });
  rmSync(passwordFile, { force: true });
  if (run.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    const why = run.error?.message ?? run.stderr.trim();
    throw new EmbeddedServerError('start-failed', `PostgreSQL could not set up ${draft}: ${why}`);
  }
  rmSync(clusterDir(placement), { recursive: true, force: true });
  renameSync(draft, clusterDir(placement));
}

/** uid and gid that the server process gets; none inside a user namespace, where we stay who we are. */
export function identity(placement: PostgresPlacement): { uid?: number; gid?: number } {
  if (placement.account === undefined || placement.prefix.length > 0) return {};
  return { uid: placement.account.uid, gid: placement.account.gid };
}

function own(path: string, placement: PostgresPlacement): void {
  if (placement.account !== undefined) chownSync(path, placement.account.uid, placement.account.gid);
}

/** A cluster made as another account (a checkout that moved, root instead of a user) is handed over, if we are root. */
function takeOwnership(cluster: string, placement: PostgresPlacement): void {
  if (placement.account === undefined || lstatSync(cluster).uid === placement.account.uid) return;
  const { uid, gid } = placement.account;
  const hand = (path: string): void => {
    lchownSync(path, uid, gid);
    if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) hand(join(path, name));
  };
  hand(cluster);
  chmodSync(cluster, 0o700);
}

/** The server that `postmaster.pid` names, when it really is one on this cluster; a recycled pid is another's. */
function runningServer(cluster: string): number | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const command = Number.isInteger(pid) && pid > 0 ? processCommand(pid) : undefined;
  return command?.includes('postgres') && command.includes(cluster) ? pid : undefined;
}

/**
 * Called while holding the folder's lock, so a server that still runs has lost its owner: it is told to end and waited for.
 * A stale `postmaster.pid` is removed, because Postgres refuses one whose pid was given to another process.
 */
export async function endLeftoverServer(cluster: string, log?: (line: string) => void): Promise<void> {
  const leftover = runningServer(cluster);
  if (leftover !== undefined) {
    log?.(`Waiting for the PostgreSQL of an earlier run to end (pid ${leftover}).`);
    for (const [signal, seconds] of [
      ['SIGINT', 20],
      ['SIGQUIT', 10],
    ] as const) {
      try {
        process.kill(leftover, signal);
      } catch {
        break;
      }
      const until = Date.now() + seconds * 1000;
      while (Date.now() < until && runningServer(cluster) === leftover) await sleep(50);
      if (runningServer(cluster) !== leftover) break;
    }
    if (runningServer(cluster) === leftover) {
      const message = `Another PostgreSQL (pid ${leftover}) runs on ${cluster} and does not end. Stop it and start again.`;
      throw new EmbeddedServerError('already-running', message);
    }
  }
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

/** Whether the server accepts connections, by the status it writes in `postmaster.pid`, with its pid. */
export function readyServer(cluster: string): number | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return lines[7]?.trim() === 'ready' ? Number(lines[0]) : undefined;
  } catch {
    return undefined;
  }
}
