import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSourceProcess, waitFor, type SourceProcess } from '@catalogue-sync/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { EmbeddedNats } from './embedded-nats.js';
import { processStart } from './process-identity.js';

const OWNER = `
import { EmbeddedNats } from '@catalogue-sync/embedded';
const server = await new EmbeddedNats({ storeDir: process.argv[1] }).start();
console.log(JSON.stringify({ url: server.url, pid: server.pid }));
setInterval(() => {}, 1000);`;

/** Below those that systems give away, and far from the usual one. */
const PREFERRED_PORT = 14_222;

async function withConnection<T>(url: string, use: (connection: NatsConnection) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: url });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

const storeNote = (url: string) =>
  withConnection(url, async (connection) => {
    await (await jetstreamManager(connection)).streams.add({ name: 'NOTES', subjects: ['notes.>'] });
    await jetstream(connection).publish('notes.one', 'kept');
  });
const countNotes = (url: string) =>
  withConnection(url, async (connection) => {
    const { state } = await (await jetstreamManager(connection)).streams.info('NOTES');
    return state.messages;
  });

describe('EmbeddedNats', () => {
  let storeDir: string;
  const started: EmbeddedNats[] = [];
  beforeEach(() => {
    storeDir = mkdtempSync(join(tmpdir(), 'embedded nats "quoted" '));
  });
  const owners: SourceProcess[] = [];
  afterEach(async () => {
    for (const { child } of owners.splice(0)) child.kill('SIGKILL');
    await Promise.all(started.splice(0).map((server) => server.stop()));
    rmSync(storeDir, { recursive: true, force: true });
  });
  const startOwner = () => {
    const owner = startSourceProcess(OWNER, { args: [storeDir] });
    owners.push(owner);
    return owner;
  };
  const embedded = (options: Partial<ConstructorParameters<typeof EmbeddedNats>[0]> = {}) => {
    const server = new EmbeddedNats({ storeDir, ...options });
    started.push(server);
    return server;
  };
  /** One that was up and has died. */
  const killed = async () => {
    const died = Promise.withResolvers<string>();
    const server = await embedded({ port: PREFERRED_PORT, onUnexpectedEnd: died.resolve }).start();
    process.kill(server.pid ?? 0, 'SIGKILL');
    await died.promise;
    return server;
  };

  it('keeps its streams over a restart', async () => {
    const server = await embedded().start();
    await storeNote(server.url);
    await server.stop();
    expect(server.pid).toBeUndefined();
    const again = await embedded().start();
    expect(await countNotes(again.url)).toBe(1);
  });

  it('refuses a second instance on the same folder and names the first', async () => {
    await embedded().start();
    await expect(embedded().start()).rejects.toThrow(`in use by the process ${process.pid}.`);
  });

  it('steps over a busy port', async () => {
    const first = await embedded().start();
    const other = mkdtempSync(join(tmpdir(), 'embedded-nats-'));
    const second = await embedded({ storeDir: other, port: Number(new URL(first.url).port) }).start();
    expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(first.url).port));
    await second.stop();
    rmSync(other, { recursive: true, force: true });
  });

  it('ends with a parent that was killed, and starts again on the same folder', async () => {
    const owner = startOwner();
    const { url, pid } = JSON.parse(await owner.nextLine()) as { url: string; pid: number };
    await storeNote(url);
    owner.child.kill('SIGKILL');
    await owner.ended;
    await waitFor(() => processStart(pid) === undefined, { what: 'the server to end with its parent' });
    const again = await embedded().start();
    expect(await countNotes(again.url)).toBe(1);
  });

  it('tells when the server dies on its own, and starts again at the same URL', async () => {
    const reasons: string[] = [];
    const server = await embedded({ onUnexpectedEnd: (reason) => reasons.push(reason) }).start();
    const { url, pid = 0 } = server;
    await storeNote(url);
    process.kill(pid, 'SIGKILL');
    await waitFor(() => reasons.length);
    await server.start();
    expect(server.url).toBe(url);
    expect(await countNotes(server.url)).toBe(1);
    await server.stop();
    expect(reasons).toHaveLength(1);
  });

  it('keeps its port while it is dead: another one steps over it', async () => {
    const server = await killed();
    const port = Number(new URL(server.url).port);
    const other = mkdtempSync(join(tmpdir(), 'embedded-nats-'));
    const second = await embedded({ storeDir: other, port }).start();
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
    await server.start();
    expect(new URL(server.url).port).toBe(String(port));
    await second.stop();
    rmSync(other, { recursive: true, force: true });
  });

  it('comes back at its own port only, and says who is in the way', async () => {
    const server = await killed();
    const { url } = server;
    const port = Number(new URL(url).port);
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    await expect(server.start()).rejects.toThrow(
      `Another program has taken port ${port}, where nats-server was`,
    );
    stranger.close();
    await once(stranger, 'close');
    await server.start();
    expect(server.url).toBe(url);
  });

  it('gives its port up when it is stopped', async () => {
    const server = await embedded({ port: PREFERRED_PORT }).start();
    const port = Number(new URL(server.url).port);
    await server.stop();
    const other = mkdtempSync(join(tmpdir(), 'embedded-nats-'));
    const second = await embedded({ storeDir: other, port }).start();
    expect(Number(new URL(second.url).port)).toBe(port);
    await second.stop();
    rmSync(other, { recursive: true, force: true });
  });
});
