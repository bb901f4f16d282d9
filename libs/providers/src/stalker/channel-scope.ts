import type { ScopeMemory } from '../port.js';
import { pagesOfList, type RowsOfPage } from '../spool/list-pages.js';
import type { SpoolFile } from '../spool/spool-file.js';
import { ChannelDigest } from './channel-digest.js';
import { fetchAllChannels, NoChannelList, type ChannelListDownload } from './channel-list.js';
import { pagedScope, type ItemFetch, type ItemPages, type ScopeSource } from './paged-scope.js';
import { usableMemory } from './scope-memory.js';

/** The genres of the channels, where their list arrived whole. */
export type WholeGenres = readonly RowsOfPage[] | undefined;

/**
 * Channels: all in one answer, spooled; page by page where the portal has no such answer. Mode `list` ends `not-modified`, before anything is
 * handed out, when genres and channels are what they were.
 */
export async function* channelScope(
  source: ScopeSource,
  fetch: ItemFetch,
  genres: WholeGenres,
  spool: SpoolFile,
  log: (line: string) => void,
): ItemPages {
  let download: ChannelListDownload;
  try {
    download = await fetchAllChannels(source.portal, spool, fetch.options.signal);
  } catch (error) {
    if (!(error instanceof NoChannelList)) throw error;
    log(`${error.message} They are read page by page.`);
    return yield* pagedScope(source, { ...fetch, skipOrdinals: 0 });
  }
  const { declaredTotal, report } = download;
  const total = declaredTotal === undefined ? {} : { declaredTotal };
  const pages = () => pagesOfList(spool, report, source.secrets());
  const { mode, memory, onProgress } = fetch.options;
  const now = await remember(source, genres, pages);
  const before = usableMemory(memory, source.memoryKey, Date.now());
  if (mode === 'list' && now.digest !== undefined && now.digest === before?.digest) {
    return { outcome: 'not-modified', ...total, memory: now };
  }
  const itemsTotal = declaredTotal ?? report.rows;
  let itemsFetched = 0;
  for await (const page of pages()) {
    yield page;
    itemsFetched += page.rowCount;
    onProgress?.({ pagesDone: 1, pagesTotal: 1, itemsFetched, itemsTotal });
  }
  return { outcome: 'complete', ...total, memory: now };
}

/** No digest without the genres: they would count as unchanged. */
async function remember(
  source: ScopeSource,
  genres: WholeGenres,
  channels: () => AsyncGenerator<RowsOfPage, void>,
): Promise<ScopeMemory> {
  if (genres === undefined) return { key: source.memoryKey };
  const digest = new ChannelDigest(Date.now());
  for (const page of genres) digest.add('stalker-genre', page);
  for await (const page of channels()) digest.add('stalker-channel', page);
  return { key: source.memoryKey, digest: digest.end() };
}
