import { GatewayError } from './gateway-error.js';

/** One member of a JSON object, or one element of a member that is an array. */
export interface DocumentMember {
  key: string;
  /** Whether it is an element of an array. */
  isElement: boolean;
  /** Its JSON text. */
  text: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Bytes of one member or element at most. */
const MAX_MEMBER = 16_777_216;

/**
 * Reads a JSON object as it comes in, member by member, and arrays in it element by element, so that a document of any size takes the memory of its
 * largest member. Members for which `skip` says so are passed by unread. Values are told apart, not checked: their reader parses them.
 */
export class DocumentMembers {
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Of the member under way. */
  private key: string | undefined;
  /** Whether that member is an array, so that values stand one level deeper. */
  private inArray = false;
  private skipping = false;
  /** Whether a key or value has begun and not ended. */
  private begun = false;
  /** What came of it with earlier chunks. */
  private carried: Uint8Array[] = [];
  private carriedBytes = 0;
  private done = false;

  constructor(private readonly skip: (key: string) => boolean = () => false) {}

  /** The members that end in this chunk. Throws GatewayError when it cannot be part of such a document. */
  *read(chunk: Uint8Array): Generator<DocumentMember> {
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (this.inString) {
        this.passText(byte);
        continue;
      }
      if (isBlank(byte)) continue;
      if (this.done) throw malformed();
      if (this.isBorder(byte)) {
        const text = this.begun ? this.take(chunk.subarray(start, index)) : '';
        if (byte === COLON) this.openMember(text);
        else {
          if (text !== '') yield { key: this.memberKey(), isElement: this.inArray, text };
          this.close(byte);
        }
      } else if (!this.isOpening(byte)) {
        if (this.depth === 0) throw malformed();
        if (!this.begun) start = index;
        this.begun = true;
        this.follow(byte);
      }
    }
    if (this.begun) this.carry(chunk.subarray(start));
  }

  /** Throws GatewayError when the document has not come to its end. */
  end(): void {
    if (!this.done) throw new GatewayError('unusable-answer', 'The document broke off before its end.');
  }

  private passText(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) this.inString = false;
  }

  /** Whether the byte ends a key, a member or an element, rather than standing inside of one. */
  private isBorder(byte: number): boolean {
    if (this.depth === 1 && byte === COLON) return this.key === undefined;
    return (
      this.depth === (this.inArray ? 2 : 1) &&
      (byte === COMMA || byte === (this.inArray ? CLOSE_ARRAY : CLOSE_OBJECT))
    );
  }

  /** Opens the document, or a member that is an array; both are no part of a value. */
  private isOpening(byte: number): boolean {
    const opensDocument = this.depth === 0 && byte === OPEN_OBJECT;
    const opensArray = this.depth === 1 && byte === OPEN_ARRAY && !this.begun && this.key !== undefined;
    if (opensDocument || opensArray) this.depth += 1;
    if (opensArray) this.inArray = true;
    return opensDocument || opensArray;
  }

  private follow(byte: number): void {
    if (byte === QUOTE) this.inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.depth -= 1;
  }

  private openMember(text: string): void {
    this.key = keyOf(text);
    this.skipping = this.skip(this.key);
  }

  private close(byte: number): void {
    if (byte !== COMMA) this.depth -= 1;
    if (this.depth === 0) this.done = true;
    if (byte === COMMA && this.inArray) return;
    if (this.inArray) this.inArray = false;
    else {
      this.key = undefined;
      this.skipping = false;
    }
  }

  private memberKey(): string {
    if (this.key === undefined) throw malformed();
    return this.key;
  }

  private carry(bytes: Uint8Array): void {
    if (this.skipping) return;
    this.carriedBytes += bytes.length;
    if (this.carriedBytes > MAX_MEMBER) throw malformed();
    // Who gave the chunk may use its memory again.
    this.carried.push(bytes.slice());
  }

  /** The text that ends with these bytes; empty where it is skipped. */
  private take(bytes: Uint8Array): string {
    const text = this.skipping
      ? ''
      : Buffer.concat([...this.carried, bytes])
          .toString('utf8')
          .trimEnd();
    this.carried = [];
    this.carriedBytes = 0;
    this.begun = false;
    return text;
  }
}

function keyOf(text: string): string {
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === 'string') return key;
  } catch {
    // Told below.
  }
  throw malformed();
}

const malformed = (): GatewayError =>
  new GatewayError('unusable-answer', 'The answer is not a snapshot document: is the URL that of a gateway?');
