import { hexText, mix, mixText } from '../catalogue/seeded.js';
import { LINE_ENDS, type PlaylistQuirks } from '../quirks/playlist.quirks.js';
import type { Answer } from '../server/answer.js';

/**
 * Writes a playlist in another hand. `texts`: its header, then its entries, with CRLF and double quotes. `salt` is another number for each
 * download.
 */
export function* styled(texts: Iterable<string>, style: PlaylistQuirks, salt: number): Generator<string> {
  const write = writer(style, salt);
  if (style.bom === true && style.charset !== 'latin1') yield write.encode('\ufeff');
  let held: string | undefined;
  let first = true;
  for (const text of texts) {
    if (held !== undefined) yield write.encode(write.entry(held));
    held = first && style.noHeader === true ? undefined : text;
    first = false;
  }
  if (held === undefined) return;
  const last = write.entry(held);
  yield write.encode(style.lastWithoutUrl === true ? withoutUrl(last) : last);
}

/** The encoding that a styled text is sent in. */
export function styledEncoding({ charset = 'utf8' }: PlaylistQuirks): Answer['encoding'] {
  return charset === 'utf16be' ? 'utf16le' : charset;
}

function writer(style: PlaylistQuirks, salt: number) {
  const lineEnd = LINE_ENDS[style.lineEnd ?? 'crlf'];
  return {
    entry(text: string): string {
      let written = text;
      if (style.encrypted === true) written = encrypted(written, salt);
      if (style.tokens === true) written = withToken(written, salt);
      if (style.commaInQuotes === true)
        written = written.replace(
          /group-title="([^"]*)"/,
          (_, group: string) => `group-title="${group}, #1"`,
        );
      if (style.quotes !== undefined) written = requoted(written, style.quotes === 'single' ? "'" : '');
      return lineEnd === '\r\n' ? written : written.replaceAll('\r\n', lineEnd);
    },
    encode(text: string): string {
      if (style.charset === 'utf16be') return byteSwapped(text);
      // What the code page has no sign for.
      return style.charset === 'latin1' ? text.replaceAll(/[\u0100-\uffff]/g, '?') : text;
    },
  };
}

const URL_LINE = /^(https?:\S+?)(\r\n)$/m;

function withToken(entry: string, salt: number): string {
  return entry.replace(URL_LINE, (_, url: string, end: string) => {
    const token = hexText(mix(salt, mixText(7, url)), 24);
    return `${url}${url.includes('?') ? '&' : '?'}token=${token}${end}`;
  });
}

/** A panel's encrypted mode: the id stands in an attribute, the URL is a token that is never the same. */
function encrypted(entry: string, salt: number): string {
  const [, base = '', id = '', extension = ''] =
    /^(https?:\/\/.*?)\/(?:live|movie|series)\/.*\/(\d+)\.(\w+)\r\n$/m.exec(entry) ?? [];
  if (id === '') return entry;
  const token = hexText(mix(salt, Number(id)), 40);
  return entry
    .replace(/(#EXTINF:\S+) /, (_, start: string) => `${start} xui-id="${id}" `)
    .replace(URL_LINE, (_, _url: string, end: string) => `${base}/play/${token}#.${extension}${end}`);
}

function requoted(text: string, quote: string): string {
  return text.replaceAll(/="([^"]*)"/g, (_, value: string) => `=${quote}${value}${quote}`);
}

function withoutUrl(entry: string): string {
  return entry.replace(/https?:[^\r\n]*[\r\n]*$/, '');
}

function byteSwapped(text: string): string {
  return text.replaceAll(/[\s\S]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(((code & 0xff) << 8) | (code >>> 8));
  });
}
