const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Cuts JSON values that are joined by commas, as a segment holds them, without reading them: each comes as the bytes that it is. */
export function joinedValues(text: Buffer): Buffer[] {
  const values: Buffer[] = [];
  let start = 0;
  let depth = 0;
  // A plain loop, in strings too: it is quick before V8 has compiled it, and most strings are short.
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) {
      for (at++; at < text.length && text[at] !== QUOTE; at++) if (text[at] === BACKSLASH) at++;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth++;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth--;
    else if (byte === COMMA && depth === 0) {
      values.push(text.subarray(start, at));
      start = at + 1;
    }
  }
  values.push(text.subarray(start));
  return values;
}
