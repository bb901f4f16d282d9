/** Signature, flags and length of the header extension in Postgres's binary COPY format. */
const HEADER_BYTES = 19;

/** A field as its binary bytes; undefined where it is null. */
export type CopiedField = Buffer | undefined;

/** Reads what a `COPY … TO STDOUT (FORMAT binary)` sends: rows of fields, whole in memory. Texts come as the bytes they are. */
export async function readCopiedRows(chunks: AsyncIterable<Buffer>): Promise<CopiedField[][]> {
  const sent: Buffer[] = [];
  for await (const chunk of chunks) sent.push(chunk);
  const bytes = Buffer.concat(sent);
  const rows: CopiedField[][] = [];
  let at = HEADER_BYTES + bytes.readInt32BE(HEADER_BYTES - 4);
  for (let fields = bytes.readInt16BE(at); fields >= 0; fields = bytes.readInt16BE(at)) {
    at += 2;
    const row: CopiedField[] = [];
    for (let field = 0; field < fields; field++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      row.push(length < 0 ? undefined : bytes.subarray(at, at + length));
      at += Math.max(0, length);
    }
    rows.push(row);
  }
  return rows;
}
