// Cuts the body of a JSON array into raw slices of whole elements as it arrives, without parsing it: the floor's own few lines, so that
// the floor does not share code with what it is compared to.
const QUOTE = 34;
const BACKSLASH = 92;

export class JsonArrayCutter {
  #limit;
  #pending = Buffer.alloc(0);
  #scanned = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #start = -1;
  #lastEnd = -1;

  constructor(limit) {
    this.#limit = limit;
  }

  /** The slices that a further chunk completes; each holds whole elements, joined by commas. */
  push(chunk) {
    const slices = [];
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const bytes = this.#pending;
    for (let at = this.#scanned; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (byte === QUOTE) this.#inString = true;
      else if (byte === 123 || byte === 91) {
        this.#depth += 1;
        if (this.#depth === 2 && this.#start < 0) this.#start = at;
      } else if (byte === 125 || byte === 93) {
        this.#depth -= 1;
        if (this.#depth !== 1) continue;
        this.#lastEnd = at + 1;
        if (this.#lastEnd - this.#start < this.#limit) continue;
        slices.push(Buffer.from(bytes.subarray(this.#start, this.#lastEnd)));
        this.#start = this.#lastEnd = -1;
      }
    }
    const from = this.#start < 0 ? bytes.length : this.#start;
    this.#pending = bytes.subarray(from);
    this.#scanned = bytes.length - from;
    if (this.#start >= 0) {
      this.#lastEnd = this.#lastEnd < 0 ? -1 : this.#lastEnd - from;
      this.#start = 0;
    }
    return slices;
  }

  /** What is left when the body has ended. */
  end() {
    if (this.#depth !== 0) throw new Error('the list ended in the middle');
    return this.#start < 0 ? [] : [Buffer.from(this.#pending.subarray(0, this.#lastEnd))];
  }
}
