import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startSourceProcess, waitFor, type SourceProcess } from '@catalogue-sync/testing';
import pg from 'pg';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { findFreePort } from './free-port.js';
import { sharedBuffersMb } from './postgres-settings.js';
import { processStart } from './process-identity.js';

const OWNER = `
import { EmbeddedPostgres } from '@catalogue-sync/embedded';
const server = await new EmbeddedPostgres({ dataDir: process.argv[1] }).start();
console.log(JSON.stringify({ url: server.url, pid: server.pid }));
setInterval(() => {}, 1000);`;

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

// Real servers on real disks, several starts a test: slow where the machine is busy.
jest.setTimeout(120_000);

describe('EmbeddedPostgres', () => {
  let dataDir: string;
  const started: EmbeddedPostgres[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  });
  const owners: SourceProcess[] = [];
  afterEach(async () => {
    for (const { child } of owners.splice(0)) child.kill('SIGKILL');
    await Promise.all(started.splice(0).map((server) => server.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  });
  const startOwner = () => {
    const owner = startSourceProcess(OWNER, { args: [dataDir] });
    owners.push(owner);
    return owner;
  };
  const embedded = (options: Partial<ConstructorParameters<typeof EmbeddedPostgres>[0]> = {}) => {
    const server = new EmbeddedPostgres({ dataDir, fsync: false, ...options });
    started.push(server);
    return server;
  };

  it('keeps what was written over a restart', async () => {
    const server = await embedded().start();
    await query(server.url, 'CREATE TABLE note AS SELECT 7 AS n');
    await server.stop();
    expect(server.pid).toBeUndefined();
    const again = await embedded().start();
    expect(await query(again.url, 'SELECT n FROM note')).toEqual([{ n: 7 }]);
  });

  it('is durable and sized for this use unless told otherwise', async () => {
    const server = await embedded({ fsync: true }).start();
    const settings = `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS sync,
      current_setting('max_wal_size') AS wal, current_setting('jit') AS jit`;
    expect(await query(server.url, settings)).toEqual([{ fsync: 'on', sync: 'on', wal: '2GB', jit: 'off' }]);
    const buffers = `SELECT setting::int / 128 AS mb FROM pg_settings WHERE name = 'shared_buffers'`;
    expect(await query(server.url, buffers)).toEqual([{ mb: sharedBuffersMb() }]);
  });

  it('lets nobody in without the password, which differs from role to role', async () => {
    const server = await embedded().start();
    const withoutPassword = new URL(server.url);
    withoutPassword.password = '';
    await expect(query(withoutPassword.toString(), 'SELECT 1')).rejects.toThrow(/password/);

    const reader = server.urlFor('reader');
    expect(new URL(reader).password).not.toBe(new URL(server.url).password);
    await query(server.url, `CREATE ROLE reader LOGIN PASSWORD '${new URL(reader).password}'`);
    expect(await query(reader, 'SELECT current_user::text AS me')).toEqual([{ me: 'reader' }]);
  });

  it('steps over a busy port', async () => {
    const port = await findFreePort(42_000);
    const first = await embedded({ port }).start();
    const other = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
    const second = await embedded({ port, dataDir: other }).start();
    expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(first.url).port));
    await second.stop();
    rmSync(other, { recursive: true, force: true });
  });

  it('refuses a second instance on the same folder and names the first', async () => {
    await embedded().start();
    await expect(embedded().start()).rejects.toThrow(
      new RegExp(`in use by the process ${process.pid}\\. Stop`),
    );
  });

  it('leaves nothing behind when it is stopped before it is up', async () => {
    const server = embedded();
    const starting = server.start();
    await server.stop();
    await expect(starting).rejects.toThrow('was stopped before it was up');
    expect(server.pid).toBeUndefined();
    expect(existsSync(join(dataDir, 'owner.lock'))).toBe(false);
    await embedded().start();
  });

  it('ends with a parent that was killed, and starts again on the same folder', async () => {
    const owner = startOwner();
    const { url, pid } = JSON.parse(await owner.nextLine()) as { url: string; pid: number };
    await query(url, 'CREATE TABLE note AS SELECT 7 AS n');
    owner.child.kill('SIGKILL');
    await owner.ended;
    await waitFor(() => processStart(pid) === undefined, { what: 'the server to end with its parent' });
    const again = await embedded().start();
    expect(await query(again.url, 'SELECT n FROM note')).toEqual([{ n: 7 }]);
  });

  it('recovers after the whole tree was killed, with a pid file whose pid is another process by now', async () => {
    const owner = startOwner();
    const { url, pid } = JSON.parse(await owner.nextLine()) as { url: string; pid: number };
    await query(url, 'CREATE TABLE note AS SELECT 7 AS n');
    process.kill(pid, 'SIGKILL');
    owner.child.kill('SIGKILL');
    await owner.ended;
    await owner.ended;
    await waitFor(() => processStart(pid) === undefined);
    const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
    expect(existsSync(pidFile)).toBe(true);
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(String(pid), String(process.pid)));
    const again = await embedded().start();
    expect(await query(again.url, 'SELECT n FROM note')).toEqual([{ n: 7 }]);
  });

  it('tells when the server dies on its own, and starts again at the same URL', async () => {
    const reasons: string[] = [];
    const server = await embedded({ onUnexpectedEnd: (reason) => reasons.push(reason) }).start();
    const { url, pid = 0 } = server;
    process.kill(pid, 'SIGKILL');
    await waitFor(() => reasons.length);
    await server.start();
    expect(server.url).toBe(url);
    expect(server.pid).not.toBe(pid);
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await server.stop();
    expect(reasons).toHaveLength(1);
  });

  it('takes no half-made cluster of a killed start for a whole one', async () => {
    const server = await embedded().start();
    await server.stop();
    rmSync(join(dataDir, 'cluster', 'PG_VERSION'));
    const again = await embedded().start();
    expect(await query(again.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});
