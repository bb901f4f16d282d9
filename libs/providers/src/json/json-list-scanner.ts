import type { JsonListReport, KnownRows, ListPlace, RowSlice } from './list-plan.js';
import { ShallowJson } from './shallow-json.js';
import { endOfString, endsEscaped } from './string-end.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NOTHING = Buffer.alloc(0);

/**
 * Finds the rows of a list in a JSON body that arrives in chunks, and plans where to cut it into slices of whole rows. It looks at bytes
 * only (strings, escapes, depth) and keeps nothing of the body, so memory stays flat at any size, and any chunking gives the same
 * plan. It proves that the body closes; whether the inside of a row is valid JSON is left to who parses it.
 */
export class JsonListScanner {
  private readonly shallow: ShallowJson;
  private offset = 0;
  private depth = 0;
  private keyed = false;
  private found = false;
  private listClosed = false;
  private broken = false;
  private inString = false;
  private escaped = false;
  /** Keyed lists: a colon was seen, so what follows is a value. */
  private valueExpected = true;
  private rowStart = -1;
  private rowOpener = 0;
  private sliceStart = -1;
  private sliceEnd = -1;
  private sliceRows = 0;
  private bounds: number[] = [];
  private readonly slices: RowSlice[] = [];
  private rows = 0;
  private oddRows = 0;
  private oversizedRows = 0;
  private known: KnownRows | undefined;
  /** The first bytes of a row that may be known, when a chunk ended within it; they count as pushed. */
  private tail: Buffer | undefined;
  /** Offset of a row that is not known. */
  private unknownAt = -1;
  /** What is being looked through. */
  private chunk: Buffer = NOTHING;
  /** Of a row that goes on in the next chunk what came of it, where rows may be known. */
  private pieces: Buffer[] = [];

  /**
   * @param sliceBytes length of a slice of several rows at most; 0 gives each row a slice of its own
   * @param maxRowBytes a row longer than this is left out and counted
   * @param withBounds whether the slices tell where their rows are
   */
  constructor(
    places: readonly ListPlace[],
    private readonly sliceBytes: number,
    private readonly maxRowBytes = sliceBytes,
    private readonly withBounds = false,
  ) {
    this.shallow = new ShallowJson(places);
  }

  /** Before anything is pushed: who knows rows of the list, and takes each of them as it comes. No slices are planned then. */
  recognise(known: KnownRows): void {
    this.known = known;
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let from = 0;
    while (this.tail !== undefined) {
      const { tail } = this;
      const length = this.matchTail(tail, chunk);
      if (length > 0) {
        this.tail = undefined;
        this.takeKnown(this.offset - tail.length, length);
        if (length < tail.length) this.scanAgain(tail.subarray(length));
        else from = length - tail.length;
      } else if (length < 0) {
        this.tail = Buffer.concat([tail, chunk]);
        from = chunk.length;
        break;
      } else this.scanTail(tail);
    }
    this.scan(chunk, from);
    this.offset += chunk.length;
  }

  private scan(chunk: Buffer, from: number): void {
    this.chunk = chunk;
    let at = from;
    while (at < chunk.length && !this.broken) {
      at = this.found && !this.listClosed ? this.scanList(chunk, at) : this.scanAround(chunk, at);
    }
    if (this.known !== undefined && this.rowStart >= 0) this.keepPiece(chunk);
    this.chunk = NOTHING;
  }

  private keepPiece(chunk: Buffer): void {
    if (this.offset + chunk.length - this.rowStart > this.maxRowBytes) this.pieces = [];
    else this.pieces.push(chunk.subarray(Math.max(0, this.rowStart - this.offset)));
  }

  /** As `KnownRows.match` for the row that began with the tail and goes on in the chunk. */
  private matchTail(tail: Buffer, chunk: Buffer): number {
    let row = tail;
    for (;;) {
      const length = this.known?.match(row, 0) ?? 0;
      if (length >= 0 || -length > tail.length + chunk.length) return length;
      row = Buffer.concat([tail, chunk.subarray(0, -length - tail.length)]);
    }
  }

  /** Looks through a tail whose row is not known, or of which no more comes. A shorter one may remain. */
  private scanTail(tail: Buffer): void {
    this.tail = undefined;
    this.unknownAt = this.offset - tail.length;
    this.scanAgain(tail);
  }

  /** Looks through what was pushed last. */
  private scanAgain(pushed: Buffer): void {
    this.offset -= pushed.length;
    this.scan(pushed, 0);
    this.offset += pushed.length;
  }

  private takeKnown(start: number, length: number): void {
    this.startRow(start, OPEN_OBJECT);
    this.endRow(start + length, CLOSE_OBJECT, false, true);
  }

  /** The plan over everything that was pushed. */
  end(): JsonListReport {
    while (this.tail !== undefined) this.scanTail(this.tail);
    this.closeSlice();
    return {
      found: this.found,
      keyed: this.keyed,
      closed: !this.broken && this.shallow.closed && (!this.found || this.listClosed),
      slices: this.slices,
      rows: this.rows,
      oddRows: this.oddRows,
      oversizedRows: this.oversizedRows,
      members: this.shallow.members,
      bytes: this.offset,
    };
  }

  /** Outside the list: up to where it opens, and from where it closed. */
  private scanAround(chunk: Uint8Array, from: number): number {
    const { next, list } = this.shallow.scan(chunk, from);
    if (this.shallow.broken) this.broken = true;
    if (list !== undefined && !this.found) {
      this.found = true;
      this.keyed = list === 'keyed' || list === 'empty';
      this.depth = 1;
      // A keyed list is recognised by its first key, so the colon after it comes next.
      this.valueExpected = list === 'array';
      if (list === 'empty') this.listClosed = true;
    }
    return next;
  }

  private scanList(chunk: Buffer, from: number): number {
    let { depth, inString, escaped } = this;
    const end = chunk.length;
    let at = from;
    while (at < end) {
      if (inString) {
        if (escaped) {
          escaped = false;
          at++;
        }
        const close = endOfString(chunk, at);
        inString = close < 0;
        if (inString) {
          escaped = endsEscaped(chunk, at);
          at = end;
        } else {
          at = close + 1;
        }
        if (inString) break;
        // A text that is itself a row ends with its closing quote.
        if (depth === 1 && this.rowStart >= 0) this.endRow(this.offset + at, QUOTE, true);
        continue;
      }
      const byte = chunk[at++] as number;
      if (depth > 1) {
        if (byte === QUOTE) inString = true;
        else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
        else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
          if (--depth === 1) this.endRow(this.offset + at, byte, false);
        }
        continue;
      }
      if (byte === QUOTE) {
        if (this.valueExpected && this.rowStart < 0) this.startRow(this.offset + at - 1, QUOTE);
        inString = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        const row = at - 1;
        const known =
          this.known !== undefined && this.mayBeKnown(byte, row) ? this.known.match(chunk, row) : 0;
        if (known > 0) {
          this.takeKnown(this.offset + row, known);
          at = row + known;
        } else if (known < 0) {
          this.tail = Buffer.from(chunk.subarray(row));
          at = end;
        } else {
          this.startRow(this.offset + row, byte);
          depth = 2;
        }
      } else if (byte === COMMA) {
        this.endScalar(this.offset + at - 1);
        this.valueExpected = !this.keyed;
      } else if (byte === COLON) {
        this.valueExpected = true;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        this.endScalar(this.offset + at - 1);
        if ((byte === CLOSE_OBJECT) !== this.keyed) this.broken = true;
        this.listClosed = true;
        this.shallow.closeList();
        break;
      } else if (byte > 0x20) {
        if (this.valueExpected && this.rowStart < 0) this.startRow(this.offset + at - 1, byte);
      } else {
        this.endScalar(this.offset + at - 1);
      }
    }
    this.depth = depth;
    this.inString = inString;
    this.escaped = escaped;
    return at;
  }

  private mayBeKnown(opener: number, at: number): boolean {
    return opener === OPEN_OBJECT && !this.keyed && this.valueExpected && this.offset + at !== this.unknownAt;
  }

  private startRow(start: number, opener: number): void {
    this.rowStart = start;
    this.rowOpener = opener;
  }

  /** Ends a row that is a number, `true`, `false` or `null`. */
  private endScalar(end: number): void {
    if (this.rowStart >= 0) this.endRow(end, 0, true);
  }

  private endRow(end: number, closer: number, scalar: boolean, known = false): void {
    const start = this.rowStart;
    this.rowStart = -1;
    const isObject = !scalar && this.rowOpener === OPEN_OBJECT;
    if (!scalar && isObject !== (closer === CLOSE_OBJECT)) this.broken = true;
    const { pieces } = this;
    if (pieces.length > 0) this.pieces = [];
    if (end - start > this.maxRowBytes) {
      this.closeSlice();
      this.oversizedRows++;
      return;
    }
    this.rows++;
    if (!isObject) this.oddRows++;
    if (this.known === undefined) this.takeIntoSlice(start, end);
    else if (!known) this.known.scanned(this.wholeRow(pieces, start, end));
  }

  private takeIntoSlice(start: number, end: number): void {
    if (this.sliceStart >= 0 && end - this.sliceStart > this.sliceBytes) this.closeSlice();
    if (this.sliceStart < 0) this.sliceStart = start;
    this.sliceEnd = end;
    if (this.withBounds) this.bounds.push(start - this.sliceStart, end - this.sliceStart);
    this.sliceRows++;
  }

  private wholeRow(pieces: readonly Buffer[], start: number, end: number): Buffer {
    const rest = this.chunk.subarray(Math.max(0, start - this.offset), end - this.offset);
    return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
  }

  private closeSlice(): void {
    if (this.sliceStart < 0) return;
    this.slices.push({
      start: this.sliceStart,
      end: this.sliceEnd,
      rows: this.sliceRows,
      ...(this.withBounds && !this.keyed ? { bounds: this.bounds } : {}),
    });
    this.bounds = [];
    this.sliceStart = -1;
    this.sliceRows = 0;
  }
}
