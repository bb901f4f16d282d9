import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { gzipDocument } from '@catalogue-sync/snapshot-format';
import type { ReadOnlyDatabase } from '../database/read-only-database.js';
import type { CacheableDocument } from './document-cache.js';
import { findVersion } from './snapshot.store.js';
import { segmentsOf } from './stored-segments.js';
import type { SnapshotVersion } from './snapshot-version.js';

/** The whole catalogue at one version. */
export class WholeDocument implements CacheableDocument {
  readonly key: string;
  readonly gzipBytes: number;
  private read: SnapshotVersion;

  constructor(
    private readonly database: ReadOnlyDatabase,
    wanted: SnapshotVersion,
  ) {
    this.key = wanted.key;
    this.gzipBytes = wanted.bytes('gzip');
    this.read = wanted;
  }

  /**
   * The version as the bytes have it; a confirmation may have come between asking and reading. A pin that was set or lifted in between is not in it: the document
   * is kept by its key, and would be served as one that it is not.
   */
  get version(): SnapshotVersion {
    return this.read;
  }

  /** Reads one state of the database: a version that is pruned meanwhile is read to its end. Throws `snapshot-not-found` when it is gone. */
  async readGzip(write: (chunk: Buffer) => Promise<void>): Promise<void> {
    await this.database.readSnapshot(async (query) => {
      const { providerId, version } = this.read;
      const found = await findVersion(query, providerId, version);
      if (found === undefined)
        throw new CatalogueSyncError(
          ERROR_CODE.snapshotNotFound,
          `Version ${version} has just been replaced. Ask again for the current one.`,
        );
      this.read = found.whilePinned(this.read.pinned);
      const { head, body } = this.read;
      for await (const chunk of gzipDocument(head, segmentsOf(query, providerId, version), body))
        await write(chunk);
    });
  }
}
