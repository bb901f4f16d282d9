import { MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import { xxh64Loaded } from '../digest/xxh64.js';
import { OVERSIZED_ROW } from '../rows/oversized-row.js';
import { BodyDigest } from '../spool/body-digest.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import { EntryKeys } from './entry-keys.js';
import { GroupList } from './group-list.js';
import { LineBlocks, linesOf } from './line-reader.js';
import type { M3uEntryRow } from './m3u-row.js';
import { PlaylistParser, type PlaylistState } from './playlist-parser.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';

/** What was read, once the pages are through. */
export interface PlaylistResult {
  state: PlaylistState;
  groups: GroupList;
  /** XXH64 of the playlist, secrets replaced, hex; undefined for a stream, which was not read to its end. */
  digest?: string;
}

/**
 * Reads a playlist's bytes as pages of entries, secrets replaced. Memory holds a page, the keys and the groups, never the file.
 */
export async function* playlistPages(
  chunks: AsyncIterable<Buffer>,
  secrets: SecretReplacer,
): AsyncGenerator<RowsOfPage, PlaylistResult> {
  await xxh64Loaded;
  const blocks = new LineBlocks();
  const parser = new PlaylistParser();
  const keys = new EntryKeys();
  const groups = new GroupList();
  const page = new PageOfEntries();
  const digest = new BodyDigest();
  const readBlock = function* (block: Buffer): Generator<RowsOfPage> {
    const replaced = secrets.replace(block);
    digest.update(replaced);
    for (const line of linesOf(replaced)) {
      const entry = parser.line(line);
      if (parser.state.hls) return;
      if (entry === undefined) continue;
      if (entry.url !== '') {
        const variant = keys.variantOf(entry);
        if (variant !== undefined) entry.variant = variant;
        groups.add(entry);
      }
      const full = page.add(entry);
      if (full !== undefined) yield full;
    }
  };
  for await (const chunk of chunks) {
    yield* readBlock(blocks.push(chunk));
    if (parser.state.hls) return { state: parser.state, groups };
  }
  yield* readBlock(blocks.end());
  const last = page.take();
  if (last !== undefined) yield last;
  return { state: parser.state, groups, digest: digest.value };
}

/** Entries until they fill a page. */
class PageOfEntries {
  private rows: string[] = [];
  /** With brackets and commas. */
  private bytes = 2;

  /** The page that is full before this entry. */
  add(entry: M3uEntryRow): RowsOfPage | undefined {
    let row = JSON.stringify(entry);
    let bytes = Buffer.byteLength(row) + 1;
    if (bytes + 2 > MAX_PAGE_BYTES) {
      row = JSON.stringify(OVERSIZED_ROW);
      bytes = row.length + 1;
    }
    const full = this.bytes + bytes > MAX_PAGE_BYTES ? this.take() : undefined;
    this.rows.push(row);
    this.bytes += bytes;
    return full;
  }

  take(): RowsOfPage | undefined {
    if (this.rows.length === 0) return undefined;
    const page = { rows: Buffer.from(`[${this.rows.join(',')}]`), rowCount: this.rows.length };
    this.rows = [];
    this.bytes = 2;
    return page;
  }
}
