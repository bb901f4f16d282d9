const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Up to here a byte loop finds a quote sooner than a native search, whose call alone takes as long. */
const SHORT_STRING = 40;

/** Where the quote stands that ends a string, whose inside `from` is in; -1 when it is not in this chunk. */
export function endOfString(chunk: Buffer, from: number): number {
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
export function endsEscaped(chunk: Buffer, from: number): boolean {
  return isEscaped(chunk, from, chunk.length);
}
