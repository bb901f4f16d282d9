/** What an `#EXTINF` line says. */
export interface ExtInf {
  /** Seconds, as written; undefined when unreadable. */
  duration: number | undefined;
  /** Keys in lower case; the first of a key counts. */
  attributes: Record<string, string>;
  title: string;
}

const DURATION = /^\s*([-+]?\d+(?:\.\d+)?)/;
const KEY = /[A-Za-z0-9_:.-]+/y;
/** What may follow a closing quote: blanks and a key, a comma, or the end. */
const AFTER_QUOTE = /\s*(?:,|$|[A-Za-z0-9_:.-]+\s*=)/y;
/** Where an unquoted value ends: before a comma, or before the next key. */
const NEXT_KEY = /\s+[A-Za-z0-9_:.-]+\s*=/y;
const MAX_ATTRIBUTES = 100;

/**
 * Reads the part behind `#EXTINF:` in one pass, in time linear in its length. Values stand in double quotes, single quotes or none; a
 * missing end quote ends before the next key; quotes and commas within quotes belong to the value (PROVIDERS C.1).
 */
export function readExtInf(text: string): ExtInf {
  const duration = DURATION.exec(text);
  const attributes: Record<string, string> = {};
  let count = 0;
  let at = duration?.[0].length ?? 0;
  while (at < text.length) {
    at = skipBlanks(text, at);
    if (text[at] === ',')
      return { duration: toSeconds(duration), attributes, title: text.slice(at + 1).trim() };
    KEY.lastIndex = at;
    const key = KEY.exec(text)?.[0];
    if (key === undefined) {
      at++;
      continue;
    }
    at += key.length;
    const equals = skipBlanks(text, at);
    if (text[equals] !== '=') continue;
    const value = readValue(text, skipBlanks(text, equals + 1));
    at = value.end;
    const name = key.toLowerCase();
    if (count < MAX_ATTRIBUTES && !(name in attributes)) {
      attributes[name] = value.text;
      count++;
    }
  }
  return { duration: toSeconds(duration), attributes, title: '' };
}

/** `key="value" key=value …` of other lines, such as the header. */
export function readAttributes(text: string): Record<string, string> {
  return readExtInf(`-1 ${text}`).attributes;
}

function readValue(text: string, start: number): { text: string; end: number } {
  const quote = text[start];
  return quote === '"' || quote === "'" ? quotedValue(text, start + 1, quote) : plainValue(text, start);
}

function quotedValue(text: string, start: number, quote: string): { text: string; end: number } {
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
    const opened = keyBefore(text, start, at);
    // This quote opens the next value: the end quote of ours is missing.
    if (opened >= 0) return { text: text.slice(start, opened).trim(), end: opened };
    AFTER_QUOTE.lastIndex = at + 1;
    if (AFTER_QUOTE.test(text)) return { text: text.slice(start, at).trim(), end: at + 1 };
  }
  return plainValue(text, start);
}

/** Where ` key=` starts that ends right before `quoteAt`; -1 when none does. */
function keyBefore(text: string, start: number, quoteAt: number): number {
  let at = quoteAt - 1;
  if (text[at] !== '=') return -1;
  at--;
  const keyEnd = at;
  while (at >= start && isKeyCharacter(text.charCodeAt(at))) at--;
  return at < keyEnd && at >= start && (text[at] === ' ' || text[at] === '\t') ? at : -1;
}

function plainValue(text: string, start: number): { text: string; end: number } {
  let at = start;
  while (at < text.length && text[at] !== ',') {
    if (text[at] === ' ' || text[at] === '\t') {
      NEXT_KEY.lastIndex = at;
      if (NEXT_KEY.test(text)) break;
      // A run of blanks is looked at once.
      while (text[at + 1] === ' ' || text[at + 1] === '\t') at++;
    }
    at++;
  }
  return { text: text.slice(start, at).trim(), end: at };
}

function isKeyCharacter(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x3a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f
  );
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\u00a0') at++;
  return at;
}

function toSeconds(match: RegExpExecArray | null): number | undefined {
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
