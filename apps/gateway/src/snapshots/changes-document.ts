import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { idOfEntry, joinedValues, openSegment, type Section } from '@catalogue-sync/snapshot-format';
import { SNAPSHOT_FORMAT_VERSION } from '@catalogue-sync/contracts';
import type { ReadOnlyDatabase, ReadQuery } from '../database/read-only-database.js';
import { ContentTable } from './content-table.js';
import type { CacheableDocument } from './document-cache.js';
import { prunedVersion } from './pruned-version.js';
import { findVersion } from './snapshot.store.js';
import { countDiffering, differingSegments, type SegmentDifference } from './stored-segments.js';
import type { SnapshotVersion } from './snapshot-version.js';

const ITEM_SECTIONS: readonly Section[] = ['movies', 'series', 'channels'];
const CHUNK_BYTES = 64 * 1024;
const LEVEL = 4;
/** Of entries that are written after others; where there are more, their segments are read once more. */
const MAX_HELD_BYTES = 4_000_000;
const COMMA = Buffer.from(',');

/** An item or category, and the JSON that it stands as. */
interface Entry {
  id: string;
  json: Buffer;
}

/**
 * What makes one kept version of another: only the segments that differ are read, a few at a time. What is held of the older ones is a table of
 * hashes, so that an item that moved to another segment unchanged is told from one that went, and of the newer ones what was updated, as far as it is little.
 */
export class ChangesDocument implements CacheableDocument {
  readonly key: string;
  readonly gzipBytes = 0;

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly from: SnapshotVersion,
    private readonly to: SnapshotVersion,
  ) {
    this.key = `${to.contentKey}-changes-${from.version}`;
  }

  /** Reads one state of the database. Throws `snapshot-pruned` when one of the versions went meanwhile. */
  async readGzip(write: (chunk: Buffer) => Promise<void>): Promise<void> {
    await this.database.readSnapshot(async (query) => {
      for (const { providerId, version } of [this.from, this.to])
        if ((await findVersion(query, providerId, version)) === undefined)
          throw prunedVersion(providerId, version);
      await pipeline(gathered(this.text(query)), createGzip({ level: LEVEL }), async (chunks) => {
        for await (const chunk of chunks as AsyncIterable<Buffer>) await write(chunk);
      });
    });
  }

  private async *text(query: ReadQuery): AsyncGenerator<string | Buffer> {
    const { providerId, version, head } = this.to;
    const facts = {
      version: SNAPSHOT_FORMAT_VERSION,
      providerId,
      from: this.from.version,
      to: version,
      fromSeq: this.from.position,
      pinned: head.pinned,
      asOfSeq: head.asOfSeq,
      imageBaseUrl: head.imageBaseUrl,
    };
    yield `${JSON.stringify(facts).slice(0, -1)},"categories":{`;
    yield* this.changes(query, ['categories']);
    yield '},"items":{';
    yield* this.changes(query, ITEM_SECTIONS);
    yield '}}';
  }

  private async *changes(query: ReadQuery, sections: readonly Section[]): AsyncGenerator<string | Buffer> {
    const provider = this.to.providerId;
    const [from, to] = [this.from.version, this.to.version];
    const older: SegmentDifference = { provider, version: from, other: to, sections };
    const newer: SegmentDifference = { provider, version: to, other: from, sections };
    const table = new ContentTable(await countDiffering(query, older));
    for await (const part of entries(query, older)) for (const { id, json } of part) table.remember(id, json);

    const updated = new HeldEntries();
    yield '"added":[';
    yield* listed(entries(query, newer), ({ id, json }) => {
      const standing = table.meet(id, json);
      if (standing === 'changed') updated.hold(json);
      return standing === 'unknown' ? json : undefined;
    });
    yield '],"updated":[';
    yield* (
      updated.joined() ??
        listed(entries(query, newer), ({ id, json }) =>
          table.meet(id, json) === 'changed' ? json : undefined,
        )
    );
    yield '],"removed":[';
    if (table.unmet > 0)
      yield* listed(entries(query, older), ({ id }) => (table.wasMet(id) ? undefined : JSON.stringify(id)));
    yield ']';
  }
}

/** Entries that come up while others are written. */
class HeldEntries {
  private pieces: Buffer[] = [];
  private bytes = 0;

  hold(json: Buffer): void {
    this.bytes += json.length;
    if (this.bytes > MAX_HELD_BYTES) this.pieces = [];
    // A copy: the entry is a part of its whole segment.
    else this.pieces.push(Buffer.from(json));
  }

  /** Parted by commas; undefined when there were more than are held. */
  joined(): Buffer[] | undefined {
    if (this.bytes > MAX_HELD_BYTES) return undefined;
    return this.pieces.flatMap((piece, index) => (index === 0 ? [piece] : [COMMA, piece]));
  }
}

/** The entries of the segments that differ, a segment's at a time. */
async function* entries(query: ReadQuery, difference: SegmentDifference): AsyncGenerator<Entry[]> {
  for await (const segments of differingSegments(query, difference))
    for (const segment of segments)
      yield joinedValues(openSegment(segment)).map((json) => ({ id: idOfEntry(json), json }));
}

/** What `pick` gives of the entries, parted by commas. */
async function* listed(
  found: AsyncIterable<Entry[]>,
  pick: (entry: Entry) => string | Buffer | undefined,
): AsyncGenerator<Buffer> {
  let glue = '';
  for await (const part of found) {
    const pieces: Buffer[] = [];
    for (const entry of part) {
      const value = pick(entry);
      if (value === undefined) continue;
      pieces.push(Buffer.from(glue), Buffer.from(value));
      glue = ',';
    }
    if (pieces.length > 0) yield Buffer.concat(pieces);
  }
}

/** Small pieces as chunks: each that is handed to zlib costs a turn of its thread pool. */
async function* gathered(pieces: AsyncIterable<string | Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    waiting.push(buffer);
    bytes += buffer.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(waiting, bytes);
    waiting = [];
    bytes = 0;
  }
  yield Buffer.concat(waiting, bytes);
}
