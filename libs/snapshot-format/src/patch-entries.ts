import { idOfEntry } from './entry-id.js';
import { joinedValues } from './joined-values.js';

const COMMA = Buffer.from(',');

/** The plain content of a segment and how many entries it has. */
export interface PatchedEntries {
  /** Empty when no entry is left. */
  text: Buffer;
  count: number;
}

/**
 * The plain content of a segment after some of its entries changed. `plain` is the content before, empty where there was none: entries in the order of
 * their ids' bytes, as the result's are. `changes` says by id what stands there now, and undefined for what went. What did not change is not read
 * beyond its id. Throws a SyntaxError when `plain` is not what a segment holds.
 */
export function patchEntries(
  plain: Buffer,
  changes: ReadonlyMap<string, Buffer | undefined>,
): PatchedEntries {
  const pending = Array.from(changes, ([id, json]) => ({ key: Buffer.from(id), json })).toSorted((a, b) =>
    a.key.compare(b.key),
  );
  const entries: Buffer[] = [];
  let next = 0;
  const settle = () => {
    const json = pending[next++]?.json;
    if (json !== undefined) entries.push(json);
  };
  for (const entry of plain.length === 0 ? [] : joinedValues(plain)) {
    const key = Buffer.from(idOfEntry(entry));
    while (pending[next] !== undefined && pending[next]!.key.compare(key) < 0) settle();
    if (pending[next]?.key.equals(key)) settle();
    else entries.push(entry);
  }
  while (next < pending.length) settle();
  return {
    text: Buffer.concat(entries.flatMap((entry, at) => (at === 0 ? [entry] : [COMMA, entry]))),
    count: entries.length,
  };
}
