/**
 * Text that needs no work: only characters that are storable, visible and stable under NFC (Latin, Cyrillic, kana, Han, Hangul, common
 * punctuation), no blank at either end and no two blanks in a row. Most titles pass, so most pay for one scan and nothing else.
 */
const CLEAN =
  /^[\x21-\x7e\xa1-\xac\xae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]+(?: [\x21-\x7e\xa1-\xac\xae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]+)*$/;

/** U+D800 to U+DFFF outside a pair (`u` makes pairs one character): Postgres refuses them, JSON survives them badly. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Characters that show nothing: C0 and C1 controls, soft hyphen, zero-width space, direction marks and embeddings, word joiner, BOM.
 * Tab, line feed and carriage return are blanks and handled apart. Zero-width joiner and non-joiner stay inside a text: Persian
 * spelling and composed emoji need them.
 */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for; stays as long as providers send them
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** A joiner at the edge of a text joins nothing. */
const EDGES = /^[\s\u0085\u200c\u200d]+|[\s\u0085\u200c\u200d]+$/g;
const BLANK_RUN = /[\s\u0085]+/g;
const LINE_BREAK = /[^\S\n]*(?:\r\n|[\n\r\u0085\u2028\u2029])[^\S\n]*/g;
const BLANK_RUN_IN_LINE = /[^\S\n]+/g;
const MANY_LINE_BREAKS = /\n{3,}/g;

/**
 * A one-line text as it may be stored and shown: lone surrogates and invisible characters removed, NFC, each run of blanks (NBSP and
 * line breaks included) one space, trimmed, at most `maxLength` UTF-16 units. Idempotent; "" when nothing is left.
 */
export function cleanLine(text: string, maxLength: number): string {
  const trimmed = text.trim();
  if (trimmed.length <= maxLength && CLEAN.test(trimmed)) return trimmed;
  return cut(storable(trimmed).replace(BLANK_RUN, ' ').replace(EDGES, ''), maxLength);
}

/** Like `cleanLine`, but line breaks stay, as `\n`, at most two in a row. */
export function cleanParagraphs(text: string, maxLength: number): string {
  const trimmed = text.trim();
  if (trimmed.length <= maxLength && CLEAN.test(trimmed)) return trimmed;
  const lines = storable(trimmed)
    .replace(LINE_BREAK, '\n')
    .replace(BLANK_RUN_IN_LINE, ' ')
    .replace(MANY_LINE_BREAKS, '\n\n');
  return cut(lines.replace(EDGES, ''), maxLength);
}

/** Whether a text says "nothing": empty, or "N/A" in any case, as panels write it. Expects a cleaned text. */
export function isBlankText(text: string): boolean {
  return text.length === 0 || (text.length === 3 && text.toLowerCase() === 'n/a');
}

/** A text without what Postgres refuses (NUL, lone surrogates); everything else stays as it came. */
export function withoutRefusedCharacters(text: string): string {
  const formed = text.isWellFormed() ? text : text.replace(LONE_SURROGATES, '');
  return formed.includes('\0') ? formed.replaceAll('\0', '') : formed;
}

function storable(text: string): string {
  const formed = text.isWellFormed() ? text : text.replace(LONE_SURROGATES, '');
  // Removing comes first: what it brings together may compose.
  return formed.replace(INVISIBLE, '').normalize('NFC');
}

/** Cuts without splitting a surrogate pair, and trims what the cut laid bare. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? maxLength - 1 : maxLength;
  return text.slice(0, end).replace(EDGES, '');
}
