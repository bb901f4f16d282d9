const FIRST = Buffer.from('{"id":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The id that an entry of a segment stands for: the `id` of an item or category, or what a list of ids has. Ours come first and are plain, which spares
 * reading all the rest. Throws a SyntaxError on what is not JSON.
 */
export function idOfEntry(json: Buffer): string {
  const start = json[0] === QUOTE ? 1 : FIRST.length;
  if (start === 1 || json.subarray(0, start).equals(FIRST)) {
    const id = json.subarray(start, json.indexOf(QUOTE, start));
    if (!id.includes(BACKSLASH)) return id.toString();
  }
  const entry = JSON.parse(json.toString()) as string | { id: string };
  return typeof entry === 'string' ? entry : entry.id;
}
