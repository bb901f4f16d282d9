import { ShallowJson } from './shallow-json.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where in an answer the list of rows may stand. */
export interface ListPlace {
  /** Keys from the root, joined by dots; "" for the root itself. */
  path: string;
  /** Whether an object may stand for the array, its values being the rows: PHP writes arrays with gaps so. */
  keyed: 'never' | 'numeric' | 'any';
}

/** A run of whole rows, as offsets into the scanned body. */
export interface RowSlice {
  start: number;
  end: number;
  rows: number;
  /** Where each row starts and ends, from `start`; where it was asked for, and the list is an array. */
  bounds?: number[];
}

export interface JsonListReport {
  /** A list was found at one of the places. */
  found: boolean;
  /** The rows are values of an object: slices hold keys between the rows. */
  keyed: boolean;
  /** The whole answer closes as JSON must. */
  closed: boolean;
  slices: RowSlice[];
  /** Rows within the slices. */
  rows: number;
  /** Rows among them that are no objects. */
  oddRows: number;
  /** Rows left out because each alone is too long. */
  oversizedRows: number;
  /** Scalars beside the list, by path: `js.total_items`. Only the first few, and only short ones. */
  members: ReadonlyMap<string, string>;
  bytes: number;
}

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

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at < chunk.length && !this.broken) {
      at = this.found && !this.listClosed ? this.scanList(chunk, at) : this.scanAround(chunk, at);
    }
    this.offset += chunk.length;
  }

  /** The plan over everything that was pushed. */
  end(): JsonListReport {
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
        this.startRow(this.offset + at - 1, byte);
        depth = 2;
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

  private startRow(start: number, opener: number): void {
    this.rowStart = start;
    this.rowOpener = opener;
  }

  /** Ends a row that is a number, `true`, `false` or `null`. */
  private endScalar(end: number): void {
    if (this.rowStart >= 0) this.endRow(end, 0, true);
  }

  private endRow(end: number, closer: number, scalar: boolean): void {
    const start = this.rowStart;
    this.rowStart = -1;
    const isObject = !scalar && this.rowOpener === OPEN_OBJECT;
    if (!scalar && isObject !== (closer === CLOSE_OBJECT)) this.broken = true;
    if (end - start > this.maxRowBytes) {
      this.closeSlice();
      this.oversizedRows++;
      return;
    }
    if (this.sliceStart >= 0 && end - this.sliceStart > this.sliceBytes) this.closeSlice();
    if (this.sliceStart < 0) this.sliceStart = start;
    this.sliceEnd = end;
    if (this.withBounds) this.bounds.push(start - this.sliceStart, end - this.sliceStart);
    this.sliceRows++;
    this.rows++;
    if (!isObject) this.oddRows++;
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

/** Up to here a byte loop finds a quote sooner than a native search, whose call alone takes as long. */
const SHORT_STRING = 40;

/** Where the quote stands that ends a string, whose inside `from` is in; -1 when it is not in this chunk. */
function endOfString(chunk: Buffer, from: number): number {
  const near = Math.min(chunk.length, from + SHORT_STRING);
  let at = from;
  while (at < near) {
    const byte = chunk[at] as number;
    if (byte === QUOTE) return at;
    at += byte === BACKSLASH ? 2 : 1;
  }
  // The loop may have stepped over the border together with an escaped byte.
  const start = at;
  for (let quote = chunk.indexOf(QUOTE, at); quote >= 0; quote = chunk.indexOf(QUOTE, quote + 1)) {
    if (!isEscaped(chunk, start, quote)) return quote;
  }
  return -1;
}

/** Whether an odd number of backslashes stands before `at`, none of them before `start`. */
function isEscaped(chunk: Buffer, start: number, at: number): boolean {
  let before = at;
  while (before > start && chunk[before - 1] === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

/** Whether a string without an end in this chunk breaks off right behind a backslash that escapes what comes next. */
function endsEscaped(chunk: Buffer, from: number): boolean {
  return isEscaped(chunk, from, chunk.length);
}
