import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError } from '@catalogue-sync/contracts';
import { DocumentCache, type DocumentSource } from './document-cache.js';
import { SnapshotVersion } from './snapshot-version.js';

const HEAD_BYTES = versionOf(1).bytes('gzip');

function versionOf(version: number, confirmedAt = '2026-11-20T10:00:00Z'): SnapshotVersion {
  return new SnapshotVersion({
    provider_id: 'p1',
    version,
    current: true,
    as_of_seq: 1,
    generated_at: new Date('2026-11-20T10:00:00Z'),
    confirmed_at: new Date(confirmedAt),
    incomplete_scopes: [],
    image_base_url: null,
    total_movies: 0,
    total_series: 0,
    total_channels: 0,
    items_added: 0,
    items_updated: 0,
    items_removed: 0,
    body_plain_bytes: 0,
    body_gzip_bytes: 0,
    body_crc32: 0,
  });
}

/** Documents that say their version; `reads` lists what was read, `failing` are versions that fail. */
class Source implements DocumentSource {
  readonly reads: number[] = [];
  readonly failing = new Set<number>();
  confirmedAt = '2026-11-20T10:00:00Z';

  async readDocument(...[, version, sink]: Parameters<DocumentSource['readDocument']>): Promise<void> {
    this.reads.push(version);
    if (this.failing.has(version)) throw new CatalogueSyncError('snapshot-not-found', 'gone');
    sink.begin(versionOf(version, this.confirmedAt));
    await sink.write(Buffer.from(`document ${version}`));
  }
}

describe('DocumentCache', () => {
  let cache: DocumentCache | undefined;
  afterEach(() => cache?.onApplicationShutdown());

  const open = async (version: number) => {
    const { gzip } = (await cache?.open(versionOf(version))) ?? {};
    return gzip === undefined ? '' : String(await buffer(gzip));
  };

  it('reads a document once for all who want it', async () => {
    const source = new Source();
    cache = new DocumentCache(source, 10 * HEAD_BYTES);
    expect(await Promise.all([open(1), open(1), open(1)])).toEqual(Array(3).fill('document 1'));
    expect(await open(1)).toBe('document 1');
    expect(source.reads).toEqual([1]);
  });

  it('drops what was not used for longest when there is no room', async () => {
    const source = new Source();
    cache = new DocumentCache(source, 2 * HEAD_BYTES);
    for (const version of [1, 2, 1, 3]) await open(version);
    expect(source.reads).toEqual([1, 2, 3]);
    await open(1);
    expect(source.reads).toEqual([1, 2, 3]);
    await open(2);
    expect(source.reads).toEqual([1, 2, 3, 2]);
  });

  it('serves a document that is larger than its room', async () => {
    const source = new Source();
    cache = new DocumentCache(source, 0);
    expect(await Promise.all([open(1), open(2)])).toEqual(['document 1', 'document 2']);
  });

  it('passes a failure on, and tries anew the next time', async () => {
    const source = new Source();
    cache = new DocumentCache(source, 10 * HEAD_BYTES);
    source.failing.add(1);
    await expect(open(1)).rejects.toMatchObject({ code: 'snapshot-not-found' });
    source.failing.clear();
    expect(await open(1)).toBe('document 1');
  });

  it('answers with the version that the bytes are of', async () => {
    const source = new Source();
    source.confirmedAt = '2026-11-21T10:00:00Z';
    cache = new DocumentCache(source, 10 * HEAD_BYTES);
    const { version, gzip } = await cache.open(versionOf(1));
    expect(version.etag('identity')).toBe(versionOf(1, source.confirmedAt).etag('identity'));
    expect(version.etag('identity')).not.toBe(versionOf(1).etag('identity'));
    gzip.destroy();
  });

  it('forgets what is idle, and lets readers finish', async () => {
    const source = new Source();
    cache = new DocumentCache(source, 10 * HEAD_BYTES);
    const { gzip } = await cache.open(versionOf(1));
    cache.dropIdle(Infinity);
    expect(String(await buffer(gzip))).toBe('document 1');
    await open(1);
    expect(source.reads).toEqual([1, 1]);
  });
});
