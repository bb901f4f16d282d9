import type { ItemId } from '@catalogue-sync/contracts';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { mapM3uEntry } from '../rows/m3u-rows.js';
import { EntryKeys } from './entry-keys.js';
import { LineBlocks, linesOf } from './line-reader.js';
import { PlaylistParser } from './playlist-parser.js';
import type { M3uEntryRow } from './m3u-row.js';

/** An entry as syncs see it, and its address as it stands in the file. */
export interface FoundEntry {
  entry: M3uEntryRow;
  /** Holds whatever secrets the playlist wrote into it. */
  url: string;
}

/** The entries that make up one item, in the playlist's order: one for a channel or a movie, those of its episodes for a series. */
export async function* findEntries(
  chunks: AsyncIterable<Buffer>,
  secrets: SecretReplacer,
  id: ItemId,
): AsyncGenerator<FoundEntry> {
  const blocks = new LineBlocks();
  const parser = new PlaylistParser();
  const keys = new EntryKeys();
  const context = { scope: 'playlist', now: Date.now() } as const;
  const read = function* (block: Buffer): Generator<FoundEntry> {
    for (const line of linesOf(block)) {
      const entry = parser.line(secrets.replaceText(line));
      if (entry === undefined || entry.url === '') continue;
      const variant = keys.variantOf(entry);
      if (variant !== undefined) entry.variant = variant;
      const mapped = mapM3uEntry({ ...entry }, context);
      if (mapped.type === 'item' && mapped.item.id === id) yield { entry, url: addressIn(line) };
    }
  };
  for await (const chunk of chunks) yield* read(blocks.push(chunk));
  yield* read(blocks.end());
}

/** Without the headers that may stand behind a bar. */
function addressIn(line: string): string {
  const bar = line.indexOf('|');
  return (bar < 0 ? line : line.slice(0, bar)).trim();
}
