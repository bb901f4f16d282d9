import { PassThrough, type Readable } from 'node:stream';
import pg from 'pg';

/** Keeps the log of what happens meanwhile from being recycled; gone with its session. */
const SLOT = `SELECT pg_create_physical_replication_slot($1, true, true)`;
const COMMAND = `BASE_BACKUP (LABEL 'catalogue-sync', CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'no')`;

/** Postgres's own kinds of messages within the copy (streaming replication protocol, since version 15). */
const NEW_ARCHIVE = 'n'.charCodeAt(0);
const DATA = 'd'.charCodeAt(0);

/**
 * The whole cluster as one tar archive, made by the server while it works, with the log that makes it one moment: all databases, roles
 * and settings. `url` is a superuser's. Ends with an error where the server does.
 */
export async function baseBackup(url: string): Promise<Readable> {
  const keeper = new pg.Client({ connectionString: url });
  const sender = new pg.Client({ connectionString: url, replication: 'true' } as pg.ClientConfig);
  const archive = new PassThrough({ highWaterMark: 1_048_576 });
  const close = () => void Promise.allSettled([keeper.end(), sender.end()]);
  for (const client of [keeper, sender]) client.on('error', (error) => archive.destroy(error));
  archive.once('close', close);
  try {
    await keeper.connect();
    await keeper.query(SLOT, [`catalogue_sync_backup_${process.pid}`]);
    await sender.connect();
  } catch (error) {
    archive.destroy();
    throw error;
  }
  sender.query(new BaseBackupQuery(archive));
  return archive;
}

/** What pg's connection is to a query. */
interface Connection {
  query(text: string): void;
  stream: { pause(): void; resume(): void };
}

/** A query as pg's client runs it: it gets the protocol's messages one by one. */
class BaseBackupQuery implements pg.Submittable {
  private archives = 0;
  private failed = false;
  private waiting = false;

  constructor(private readonly archive: PassThrough) {}

  submit(connection: unknown): void {
    (connection as Connection).query(COMMAND);
  }

  handleCopyData({ chunk }: { chunk: Buffer }, connection: Connection): void {
    if (chunk[0] === NEW_ARCHIVE) {
      this.archives += 1;
      // A second one is another tablespace; the embedded server has none.
      if (this.archives > 1)
        this.fail(new Error('The database has tablespaces of its own, which a backup does not hold.'));
    } else if (chunk[0] === DATA && !this.failed) {
      // pg reuses its buffer for what comes next.
      if (!this.archive.write(Buffer.from(chunk.subarray(1)))) this.waitForReader(connection);
    }
  }

  handleError(error: Error): void {
    this.fail(error);
  }

  handleReadyForQuery(): void {
    if (!this.failed) this.archive.end();
  }

  // Where the backup begins and ends in the log, and which tablespaces there are: nothing that we need.
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}

  /** The server waits with us: what it sent already still arrives, and is kept. */
  private waitForReader({ stream }: Connection): void {
    if (this.waiting) return;
    this.waiting = true;
    stream.pause();
    const goOn = () => {
      this.archive.off('drain', goOn).off('close', goOn);
      this.waiting = false;
      stream.resume();
    };
    this.archive.on('drain', goOn).on('close', goOn);
  }

  private fail(error: Error): void {
    this.failed = true;
    this.archive.destroy(error);
  }
}
