const START = /^a:\d{1,5}:\{/;
const MAX_DEPTH = 4;

/**
 * The values of a PHP-serialised array (`a:1:{i:0;s:2:"en";}`), keys left out; nested arrays are lists of their own. Undefined when the
 * text is no serialised array; an empty list when it is one but broken, as PHP itself answers `false` then.
 */
export function readPhpSerialised(text: string): unknown[] | undefined {
  if (!START.test(text)) return undefined;
  // String lengths count bytes.
  const value = readArray({ bytes: Buffer.from(text, 'utf8'), at: 0 }, 0);
  return value ?? [];
}

interface Cursor {
  bytes: Buffer;
  at: number;
}

function readValue(cursor: Cursor, depth: number): unknown {
  switch (String.fromCharCode(cursor.bytes[cursor.at] ?? 0)) {
    case 'a':
      return readArray(cursor, depth);
    case 's':
      return readString(cursor);
    case 'i':
    case 'd':
    case 'b':
      return readScalar(cursor);
    case 'N':
      cursor.at += 2;
      return null;
    default:
      return undefined;
  }
}

function readArray(cursor: Cursor, depth: number): unknown[] | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  cursor.at += 2;
  const count = readUntil(cursor, ':');
  if (count === undefined || !/^\d{1,5}$/.test(count) || !skip(cursor, '{')) return undefined;
  const values: unknown[] = [];
  for (let entry = 0; entry < Number(count); entry++) {
    if (readValue(cursor, depth + 1) === undefined) return undefined;
    const value = readValue(cursor, depth + 1);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return skip(cursor, '}') ? values : undefined;
}

function readString(cursor: Cursor): string | undefined {
  cursor.at += 2;
  const length = readUntil(cursor, ':');
  if (length === undefined || !/^\d{1,6}$/.test(length) || !skip(cursor, '"')) return undefined;
  const end = cursor.at + Number(length);
  if (end > cursor.bytes.length) return undefined;
  const text = cursor.bytes.toString('utf8', cursor.at, end);
  cursor.at = end;
  return skip(cursor, '"') && skip(cursor, ';') ? text : undefined;
}

function readScalar(cursor: Cursor): string | undefined {
  cursor.at += 2;
  return readUntil(cursor, ';');
}

function readUntil(cursor: Cursor, character: string): string | undefined {
  const end = cursor.bytes.indexOf(character, cursor.at);
  if (end < 0 || end - cursor.at > 40) return undefined;
  const text = cursor.bytes.toString('latin1', cursor.at, end);
  cursor.at = end + 1;
  return text;
}

function skip(cursor: Cursor, character: string): boolean {
  if (cursor.bytes[cursor.at] !== character.charCodeAt(0)) return false;
  cursor.at += 1;
  return true;
}
