import { RENUMBERING_SAMPLE, SeenIds } from '@catalogue-sync/catalogue';
import type { KnownRows, RowSlice } from '../json/list-plan.js';
import { SLICE_BYTES } from '../spool/json-list-download.js';
import type { SpoolFile } from '../spool/spool-file.js';
import { rowDigest, tellingPart } from './row-digest.js';
import { RowMatcher } from './row-matcher.js';
import { RowMemoryBuilder, type RowMemory } from './row-memory.js';

const COMMA = 0x2c;

export interface RowSieveOptions {
  /** Whether a leading `num` is nothing but the row's place in the list. */
  positional: boolean;
  /** The item that a row gives; undefined when it gives none, or that cannot be told without mapping it. */
  idOf: (row: Buffer) => string | undefined;
  /** Where the rows go that are not known; emptied first. */
  others: SpoolFile;
  /** Told of each row that is known again. */
  onKnown?: () => void;
}

/**
 * Sieves a list while it arrives: of a row that is one of the run before no more stays than which one it is, any other is spooled. Learns on the
 * way what the next run needs.
 */
export class RowSieve implements KnownRows {
  readonly learned = new RowMemoryBuilder();
  /** Where the other rows stand in their spool, in order. */
  readonly slices: RowSlice[] = [];
  private readonly matcher: RowMatcher;
  private readonly otherIds = new SeenIds();
  private known = new Int32Array(1_024);
  private knownCount = 0;
  private otherCount = 0;
  private inSample = 0;
  private spooling: void | Promise<void> = undefined;

  constructor(
    readonly before: RowMemory,
    private readonly options: RowSieveOptions,
  ) {
    options.others.reset();
    this.matcher = new RowMatcher(before, options.positional);
  }

  /** The rows that were known again so far, in the order of the list: of each its number in `before`. */
  get knownRows(): Int32Array {
    return this.known.subarray(0, this.knownCount);
  }

  /** How many of them are among the first rows of the list, by which a run is believed or not. */
  get knownInSample(): number {
    return this.inSample;
  }

  /** Whether most rows so far are none of the run before. */
  get mostAreOthers(): boolean {
    return this.otherCount > this.knownCount;
  }

  /** Whether the list has another row of the item. */
  hasOther(id: string): boolean {
    return this.otherCount > 0 && this.otherIds.has(id);
  }

  match(chunk: Buffer, at: number): number {
    const found = this.matcher.guess(chunk, at);
    if (typeof found === 'number') return found;
    this.take(found.row, chunk, at, found.end);
    return found.end - at;
  }

  scanned(row: Buffer): void {
    const telling = tellingPart(row, this.options.positional);
    const digest = rowDigest(telling);
    const same = this.matcher.find(digest);
    if (same !== undefined) {
      this.take(same, row, 0, row.length);
      return;
    }
    const id = this.options.idOf(row);
    if (id !== undefined) {
      this.learned.add(digest, telling.length, id);
      this.otherIds.add(id);
    }
    this.spool(row);
  }

  room(): void | Promise<void> {
    const { spooling } = this;
    this.spooling = undefined;
    return spooling;
  }

  private take(same: number, chunk: Buffer, start: number, end: number): void {
    // An item's first row decides. Where that is another one, this row is a further one of the item: who compares has to see both.
    if (this.otherCount > 0 && this.otherIds.has(this.before.idOf(same))) {
      this.learned.repeats(this.before.idOf(same));
      this.spool(chunk.subarray(start, end));
      return;
    }
    this.learned.keep(this.before, same);
    if (this.knownCount + this.otherCount < RENUMBERING_SAMPLE) this.inSample += 1;
    if (this.knownCount === this.known.length) {
      const larger = new Int32Array(2 * this.knownCount);
      larger.set(this.known);
      this.known = larger;
    }
    this.known[this.knownCount++] = same;
    this.options.onKnown?.();
  }

  private spool(row: Buffer): void {
    const { others } = this.options;
    this.otherCount += 1;
    const start = others.size;
    const end = start + row.length;
    const last = this.slices.at(-1);
    if (last !== undefined && end - last.start <= SLICE_BYTES) {
      last.end = end;
      last.rows += 1;
    } else this.slices.push({ start, end, rows: 1 });
    // A copy: the row is a part of a far larger chunk, which is held as long as its parts are.
    const copy = Buffer.allocUnsafe(row.length + 1);
    row.copy(copy);
    copy[row.length] = COMMA;
    const spooling = others.append(copy);
    if (spooling !== undefined) this.spooling = spooling;
  }
}
