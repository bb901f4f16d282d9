import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedNats } from '@catalogue-sync/embedded';

export interface TestNats {
  url: string;
  /** The server's pid. */
  pid: number;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/** A nats-server with JetStream of one's own on a throw-away folder and a port that the system gives. */
export async function startNats(): Promise<TestNats> {
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-sync-nats-'));
  const server = new EmbeddedNats({ storeDir: folder });
  await server.start();
  return {
    url: server.url,
    pid: server.pid ?? 0,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
