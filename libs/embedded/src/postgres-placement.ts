import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { EmbeddedServerError } from './embedded-server.error.js';
import { executable, type PostgresBinaries } from './postgres-binaries.js';
import { copyBinaries, relocateData, SHARED_FOLDERS } from './reachable-place.js';

/** Which binaries run on which folder, and as whom. */
export interface PostgresPlacement {
  binaries: PostgresBinaries;
  /** Holds the cluster; differs from the folder asked for only when that cannot be reached. */
  dataDir: string;
  /** Owner of the cluster's files and, without a user namespace, of the server process. Absent: ourselves. */
  account?: Account;
  /** Goes before the command line. */
  prefix: string[];
  /** What had to be done differently from the plain case, in words. */
  note?: string;
}

/** For places with rules of their own, and for tests. */
export interface PlacementRules {
  /** False keeps root from using a user namespace. */
  userNamespace?: boolean;
  /** Where copies may be kept, instead of /var/lib/catalogue-sync and its like. */
  sharedFolders?: string[];
}

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Postgres refuses to run as root, so root starts it as `postgres`, else `nobody`. Where that account cannot reach the binaries
 * or the data (a checkout below a 0700 home), in this order: a copy of the binaries; a user namespace, in which root is seen
 * as that account and keeps its reach; the data in a place that can be reached. An ordinary user just runs it.
 */
export function placePostgres(
  binaries: PostgresBinaries,
  dataDir: string,
  allow: PlacementRules = {},
): PostgresPlacement {
  mkdirSync(dataDir, { recursive: true });
  if (process.platform === 'win32' || process.getuid?.() !== 0) return { binaries, dataDir, prefix: [] };

  const account = serverAccount();
  const folders = allow.sharedFolders ?? SHARED_FOLDERS;
  chmodSync(dataDir, 0o711);
  const dataIsReachable = canEnter(dataDir, account);
  if (dataIsReachable && canRun(binaries, account)) {
    return { binaries, dataDir, account, prefix: [], note: `PostgreSQL runs as "${account.name}".` };
  }
  if (dataIsReachable) {
    const copy = copyBinaries(binaries, folders, (candidate) => canRun(candidate, account));
    if (copy !== undefined) {
      const note = `PostgreSQL runs as "${account.name}", who cannot reach ${binaries.root}: its binaries were copied to ${copy.root}.`;
      return { binaries: copy, dataDir, account, prefix: [], note };
    }
  }
  const namespace = ['unshare', '--user', `--map-user=${account.uid}`, '--'];
  if (allow.userNamespace !== false && worksInNamespace(namespace, binaries, dataDir)) {
    const note = `PostgreSQL runs in a user namespace as "${account.name}", who could not reach ${dataDir} otherwise.`;
    return { binaries, dataDir, prefix: namespace, account: { name: 'root', uid: 0, gid: 0 }, note };
  }
  const copy = canRun(binaries, account)
    ? binaries
    : copyBinaries(binaries, folders, (candidate) => canRun(candidate, account));
  const place = copy && relocateData(dataDir, folders, (folder) => canEnter(folder, account));
  if (copy === undefined || place === undefined) {
    throw new EmbeddedServerError(
      'no-reachable-place',
      `PostgreSQL does not run as root, and the account "${account.name}" cannot reach ${dataDir}. ` +
        'Start as an ordinary user, or give --data-dir a folder whose parents everybody may enter (chmod o+x).',
    );
  }
  const note = `PostgreSQL runs as "${account.name}", who cannot reach ${dataDir}: its data is kept in ${place}, its binaries are those of ${copy.root}.`;
  return { binaries: copy, dataDir: place, account, prefix: [], note };
}

/** initdb asks for an account that exists. */
function serverAccount(): Account {
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const row = rows.find((fields) => fields[0] === name);
    if (row !== undefined && Number(row[2]) > 0) return { name, uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new EmbeddedServerError(
    'no-reachable-place',
    'PostgreSQL does not run as root, and neither an account "postgres" nor "nobody" exists. Start as an ordinary user.',
  );
}

function canRun(binaries: PostgresBinaries, account: Account): boolean {
  const { uid, gid } = account;
  return ['postgres', 'initdb'].every(
    (name) =>
      spawnSync(executable(binaries, name as 'postgres'), ['--version'], { uid, gid, cwd: '/' }).status === 0,
  );
}

function canEnter(folder: string, account: Account): boolean {
  const { uid, gid } = account;
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { uid, gid, cwd: '/' }).status === 0;
}

function worksInNamespace(namespace: string[], binaries: PostgresBinaries, dataDir: string): boolean {
  const script = 'cd -- "$1" && test -w . && "$2" --version';
  const [command = '', ...args] = namespace;
  const run = spawnSync(
    command,
    [...args, '/bin/sh', '-c', script, 'sh', dataDir, executable(binaries, 'postgres')],
    { cwd: '/' },
  );
  return run.status === 0;
}
