const FIRST = Buffer.from('{"id":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The `id` of an item or category in its JSON. Ours come first and are plain, which spares reading all the rest. */
export function idOfEntry(json: Buffer): string {
  if (json.subarray(0, FIRST.length).equals(FIRST)) {
    const end = json.indexOf(QUOTE, FIRST.length);
    const id = json.subarray(FIRST.length, end);
    if (!id.includes(BACKSLASH)) return id.toString();
  }
  return (JSON.parse(json.toString()) as { id: string }).id;
}
