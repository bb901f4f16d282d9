import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startSourceProcess } from '@catalogue-sync/testing';
import pg from 'pg';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { executable, findPostgresBinaries } from './postgres-binaries.js';
import { placePostgres } from './postgres-placement.js';

const isRoot = process.getuid?.() === 0;
/** Only root has to find another account for the server; everybody else just runs it. */
const asRoot = isRoot ? describe : describe.skip;

async function currentUser(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ me: string }>('SELECT current_user::text AS me');
    return rows[0]?.me ?? '';
  } finally {
    await client.end();
  }
}

// Real servers on real disks, several starts a test: slow where the machine is busy.
jest.setTimeout(120_000);

asRoot('Postgres, started by root', () => {
  let open: string;
  let closed: string;
  beforeEach(() => {
    open = mkdtempSync(join(tmpdir(), 'placement-'));
    chmodSync(open, 0o755);
    closed = join(open, 'home');
    mkdirSync(closed, { mode: 0o700 });
  });
  afterEach(() => rmSync(open, { recursive: true, force: true }));

  it('runs under another account when that reaches everything', () => {
    const placement = placePostgres(findPostgresBinaries(), join(open, 'data'));
    expect(placement.account?.uid).toBeGreaterThan(0);
    expect(placement).toMatchObject({ prefix: [], dataDir: join(open, 'data') });
  });

  it('copies the binaries when the account cannot reach them, once', () => {
    const { root, version } = findPostgresBinaries();
    const hidden = { root: join(closed, 'native'), version };
    cpSync(root, hidden.root, { recursive: true, verbatimSymlinks: true });
    const sharedFolders = [join(open, 'shared')];
    const first = placePostgres(hidden, join(open, 'data'), { sharedFolders });
    expect(first.binaries.root.startsWith(join(open, 'shared'))).toBe(true);
    expect(first.note).toContain('its binaries were copied to');
    const { uid, gid } = first.account ?? {};
    expect(spawnSync(executable(first.binaries, 'postgres'), ['--version'], { uid, gid }).status).toBe(0);

    const copied = statSync(first.binaries.root).ino;
    expect(placePostgres(hidden, join(open, 'data'), { sharedFolders }).binaries).toEqual(first.binaries);
    expect(statSync(first.binaries.root).ino).toBe(copied);
    expect(readdirSync(join(open, 'shared'))).toHaveLength(1);
  });

  it('takes no copy from a folder that others can write', () => {
    const { root, version } = findPostgresBinaries();
    const hidden = { root: join(closed, 'native'), version };
    cpSync(root, hidden.root, { recursive: true, verbatimSymlinks: true });
    const unsafe = join(open, 'shared');
    mkdirSync(unsafe);
    chmodSync(unsafe, 0o777);
    const place = () =>
      placePostgres(hidden, join(open, 'data'), { sharedFolders: [unsafe], userNamespace: false });
    expect(place).toThrow(/cannot reach .*Start as an ordinary user/);
  });

  it.each([
    ['in a user namespace where that is allowed', true],
    ['with its data elsewhere where it is not', false],
  ])('works below a folder that only root may enter, %s', async (_, userNamespace) => {
    const namespaceWorks = spawnSync('unshare', ['--user', '--map-user=65534', 'true']).status === 0;
    const notes: string[] = [];
    const dataDir = join(closed, 'data');
    const options = {
      dataDir,
      fsync: false,
      placement: { userNamespace, sharedFolders: [join(open, 'shared')] },
      log: (line: string) => notes.push(line),
    };
    // Twice: what the first start made must be found by the second.
    for (let start = 1; start <= 2; start += 1) {
      const server = await new EmbeddedPostgres(options).start();
      expect(await currentUser(server.url)).toBe('catalogue_admin');
      await server.stop();
    }
    const stayed = userNamespace && namespaceWorks;
    expect(existsSync(join(dataDir, 'cluster'))).toBe(stayed);
    expect(notes[0]).toMatch(stayed ? /user namespace/ : /its data is kept in/);
    const moved = existsSync(join(open, 'shared')) ? readdirSync(join(open, 'shared')) : [];
    expect(moved).toHaveLength(stayed ? 0 : 1);
  });

  it('hands a cluster over that another account made', async () => {
    const dataDir = join(open, 'data');
    const owner = { uid: 65_534, gid: 65_534 };
    const server = await new EmbeddedPostgres({ dataDir, fsync: false }).start();
    await server.stop();
    spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, join(dataDir, 'cluster')]);
    const again = await new EmbeddedPostgres({ dataDir, fsync: false }).start();
    expect(await currentUser(again.url)).toBe('catalogue_admin');
    await again.stop();
  });

  it('is plain for an ordinary user', async () => {
    const dataDir = join(open, 'ordinary');
    mkdirSync(dataDir);
    spawnSync('chown', ['65534:65534', dataDir]);
    const script = `
import { EmbeddedNats, EmbeddedPostgres } from '@catalogue-sync/embedded';
const postgres = await new EmbeddedPostgres({ dataDir: process.argv[1] + '/postgres', fsync: false }).start();
const nats = await new EmbeddedNats({ storeDir: process.argv[1] + '/nats' }).start();
console.log(JSON.stringify({ uid: process.getuid(), url: postgres.url, note: postgres.note ?? null }));
await nats.stop();
await postgres.stop();`;
    const ordinary = startSourceProcess(script, { uid: 65_534, gid: 65_534, args: [dataDir] });
    const line = JSON.parse(await ordinary.nextLine()) as Record<string, unknown>;
    expect(line).toMatchObject({ uid: 65_534, note: null });
    expect(await ordinary.ended).toBe(0);
  });
});
