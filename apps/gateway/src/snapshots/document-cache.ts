import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { ProblemError } from '../problem/problem-error.js';
import { SpoolFile } from './spool-file.js';

/** Open files at most. */
const MAX_DOCUMENTS = 256;
/** Rounds in which a document is crowded out before its reader gets hold of it. */
const MAX_ATTEMPTS = 3;
const IDLE_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

/** A document that is read once for all who want it. */
export interface CacheableDocument {
  /** Names its exact content, over all documents that one cache holds. */
  readonly key: string;
  /** Bytes of its gzip form as far as they are known; 0 when they are not. */
  readonly gzipBytes: number;
  /** Reads its gzip form from first to last byte. What it throws before the first byte reaches who asked for it. */
  readGzip(write: (chunk: Buffer) => Promise<void>): Promise<void>;
}

/** A document under way to a reader. It is the one that the bytes belong to: of several with one key the first that was asked for. */
export interface OpenDocument<D extends CacheableDocument> {
  document: D;
  gzip: Readable;
}

interface Entry {
  file: SpoolFile;
  document: CacheableDocument;
}

interface Slot {
  entry: Promise<Entry>;
  bytes: number;
  usedAt: number;
}

/**
 * Documents on local disk, in their gzip form. A document is read from the database once, at full speed and in one transaction, however
 * many clients want it and however slowly they take it; who comes while it is read follows at its growing end.
 */
export class DocumentCache implements OnApplicationShutdown {
  private readonly log = new Logger(DocumentCache.name);
  private readonly slots = new Map<string, Slot>();
  private readonly directory: string;
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    /** Bytes kept at most; documents that are being read may go beyond it. */
    private readonly maxBytes: number,
    parentDirectory: string = tmpdir(),
  ) {
    this.directory = mkdtempSync(join(parentDirectory, 'catalogue-sync-gateway-'));
    this.sweeper = setInterval(() => this.dropIdle(Date.now() - IDLE_MS), SWEEP_MS).unref();
  }

  /** Resolves when the first bytes are there. Throws what reading throws, before anything was sent. */
  async open<D extends CacheableDocument>(wanted: D): Promise<OpenDocument<D>> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { file, document } = await this.slotOf(wanted).entry;
      // Retired while it was awaited: the next round reads it anew. What has the same key is of the same class.
      if (!file.isRetired) return { document: document as D, gzip: file.reader() };
    }
    throw new CatalogueSyncError(
      ERROR_CODE.serviceUnavailable,
      'Too many snapshots are asked for at once. Try again.',
    );
  }

  /** Forgets documents that nobody asked for since; readers that are under way finish. */
  dropIdle(since: number): void {
    for (const [key, slot] of this.slots) if (slot.usedAt <= since) this.drop(key, slot);
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweeper);
    this.dropIdle(Infinity);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private slotOf(wanted: CacheableDocument): Slot {
    const known = this.slots.get(wanted.key);
    const slot = known ?? { entry: this.spool(wanted), bytes: wanted.gzipBytes, usedAt: 0 };
    slot.usedAt = Date.now();
    // The order of the map is the order of use.
    this.slots.delete(wanted.key);
    this.slots.set(wanted.key, slot);
    if (known === undefined) {
      slot.entry.catch(() => this.forget(wanted.key, slot));
      this.makeRoom(wanted.key);
    }
    return slot;
  }

  private async spool(wanted: CacheableDocument): Promise<Entry> {
    const file = await SpoolFile.create(this.directory).catch((error: unknown) => {
      this.tell(wanted, error);
      throw error;
    });
    wanted
      .readGzip((chunk) => file.append(chunk))
      .then(
        () => this.complete(wanted.key, file),
        (error: unknown) => {
          this.tell(wanted, error);
          file.fail(error);
          file.retire();
          this.slots.delete(wanted.key);
        },
      );
    await file.ready();
    return { file, document: wanted };
  }

  /** Readers who have its first bytes already can be told of trouble by nothing but a broken connection. */
  private tell(document: CacheableDocument, error: unknown): void {
    const isRefusal =
      error instanceof ProblemError ||
      (error instanceof CatalogueSyncError && error.code !== ERROR_CODE.serviceUnavailable);
    if (!isRefusal) this.log.warn({ err: error, document: document.key }, 'a document could not be made');
  }

  /** Only now is it known for sure how long the document is. */
  private complete(key: string, file: SpoolFile): void {
    file.complete();
    const slot = this.slots.get(key);
    if (slot === undefined) return;
    slot.bytes = file.size;
    this.makeRoom(key);
  }

  private makeRoom(newest: string): void {
    let bytes = [...this.slots.values()].reduce((sum, slot) => sum + slot.bytes, 0);
    for (const [key, slot] of this.slots) {
      if ((bytes <= this.maxBytes && this.slots.size <= MAX_DOCUMENTS) || key === newest) return;
      bytes -= slot.bytes;
      this.drop(key, slot);
    }
  }

  private drop(key: string, slot: Slot): void {
    this.forget(key, slot);
    slot.entry.then(
      ({ file }) => file.retire(),
      () => undefined,
    );
  }

  private forget(key: string, slot: Slot): void {
    if (this.slots.get(key) === slot) this.slots.delete(key);
  }
}
