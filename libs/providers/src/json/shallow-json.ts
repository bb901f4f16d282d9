import type { ListPlace } from './list-plan.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MAX_DEPTH = 200;
const MAX_MEMBERS = 40;
const MAX_CAPTURE = 200;
const NUMERIC_KEY = /^\d+$/;
/** Byte order mark in UTF-8, and blanks: what may stand before and after the value. */
const MARK = [0xef, 0xbb, 0xbf];

interface Container {
  isObject: boolean;
  path: string;
  key: string;
  /** The next string is a key. */
  keyExpected: boolean;
  empty: boolean;
  place?: ListPlace;
}

/** How a list opened: as an array, as an object (the first key is read), or as an object without any key. */
export type ListOpening = 'array' | 'keyed' | 'empty';

/**
 * The part of an answer around the list: a handful of containers and scalars. Walks byte by byte, keeps the path, notes short scalars,
 * and stops where the list opens.
 */
export class ShallowJson {
  readonly members = new Map<string, string>();
  broken = false;
  /** The root value has ended. */
  closed = false;
  private started = false;
  private readonly stack: Container[] = [];
  private inString = false;
  private escaped = false;
  private capture: number[] = [];
  private scalar = false;

  constructor(private readonly places: readonly ListPlace[]) {}

  /** Walks from `from` to the chunk's end, or to behind where a list opens. */
  scan(chunk: Uint8Array, from: number): { next: number; list?: ListOpening } {
    let at = from;
    while (at < chunk.length && !this.broken) {
      const byte = chunk[at++] as number;
      const list = this.inString ? this.stringByte(byte) : this.plainByte(byte);
      if (list !== undefined) return { next: at, list };
    }
    return { next: this.broken ? chunk.length : at };
  }

  /** The list that `scan` stopped at has closed. */
  closeList(): void {
    this.stack.pop();
    this.closed = this.stack.length === 0;
  }

  private stringByte(byte: number): ListOpening | undefined {
    if (this.escaped) {
      this.escaped = false;
      this.keep(BACKSLASH);
      this.keep(byte);
    } else if (byte === BACKSLASH) {
      this.escaped = true;
    } else if (byte === QUOTE) {
      this.inString = false;
      return this.endString();
    } else {
      this.keep(byte);
    }
    return undefined;
  }

  private plainByte(byte: number): ListOpening | undefined {
    if (byte <= 0x20) {
      this.endScalar();
      return undefined;
    }
    if (this.closed) return undefined;
    if (!this.started && MARK.includes(byte)) return undefined;
    this.started = true;
    switch (byte) {
      case QUOTE:
        this.inString = true;
        this.capture = [];
        return undefined;
      case 0x7b:
      case 0x5b:
        return this.open(byte === 0x7b);
      case 0x7d:
      case 0x5d:
        this.endScalar();
        return this.close(byte === 0x7d);
      case 0x2c: {
        this.endScalar();
        const top = this.stack.at(-1);
        if (top === undefined) this.broken = true;
        else top.keyExpected = top.isObject;
        return undefined;
      }
      case 0x3a:
        return undefined;
      default:
        if (!this.scalar) this.capture = [];
        this.scalar = true;
        this.keep(byte);
        // A root that is neither object nor list is no answer of ours: HTML, or a text.
        if (this.stack.length === 0) this.broken = true;
        return undefined;
    }
  }

  private open(isObject: boolean): ListOpening | undefined {
    const parent = this.stack.at(-1);
    const path = parent === undefined ? '' : joinPath(parent);
    if (parent !== undefined) parent.empty = false;
    const place = this.places.find((known) => known.path === path);
    this.stack.push({
      isObject,
      path,
      key: '',
      keyExpected: isObject,
      empty: true,
      ...(isObject && place !== undefined && place.keyed !== 'never' ? { place } : {}),
    });
    if (this.stack.length > MAX_DEPTH) this.broken = true;
    return !isObject && place !== undefined ? 'array' : undefined;
  }

  private close(isObject: boolean): ListOpening | undefined {
    const top = this.stack.pop();
    if (top === undefined || top.isObject !== isObject) {
      this.broken = true;
      return undefined;
    }
    this.closed = this.stack.length === 0;
    return top.place !== undefined && top.empty ? 'empty' : undefined;
  }

  private endString(): ListOpening | undefined {
    const text = Buffer.from(this.capture).toString('utf8');
    const top = this.stack.at(-1);
    if (top === undefined) {
      this.broken = true;
      return undefined;
    }
    if (!top.isObject || !top.keyExpected) {
      this.note(text);
      return undefined;
    }
    const first = top.empty;
    top.key = text;
    top.keyExpected = false;
    top.empty = false;
    if (!first || top.place === undefined) return undefined;
    return top.place.keyed === 'any' || NUMERIC_KEY.test(text) ? 'keyed' : undefined;
  }

  private endScalar(): void {
    if (!this.scalar) return;
    this.scalar = false;
    this.note(Buffer.from(this.capture).toString('utf8'));
  }

  private note(text: string): void {
    const top = this.stack.at(-1);
    if (top === undefined) return;
    top.empty = false;
    const path = joinPath(top);
    if (this.members.size < MAX_MEMBERS && !this.members.has(path)) this.members.set(path, text);
  }

  private keep(byte: number): void {
    if (this.capture.length < MAX_CAPTURE) this.capture.push(byte);
  }
}

/** Below an array there is no path of ours. */
function joinPath(container: Container): string {
  const last = container.isObject ? container.key : '[]';
  return container.path === '' ? last : `${container.path}.${last}`;
}
