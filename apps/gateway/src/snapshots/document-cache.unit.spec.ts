import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CatalogueSyncError } from '@catalogue-sync/contracts';
import { DocumentCache, type CacheableDocument } from './document-cache.js';

/** What each document is said to have; in truth it has a few bytes. */
const SAID_BYTES = 100;

/** Documents that say their number; `reads` lists what was read, `failing` are numbers that fail. */
class Source {
  readonly reads: number[] = [];
  readonly failing = new Set<number>();

  document(number: number, text = `document ${number}`): CacheableDocument & { number: number } {
    return {
      number,
      key: `d${number}`,
      gzipBytes: SAID_BYTES,
      readGzip: async (write) => {
        this.reads.push(number);
        if (this.failing.has(number)) throw new CatalogueSyncError('snapshot-not-found', 'gone');
        await write(Buffer.from(text.padEnd(SAID_BYTES)));
      },
    };
  }
}

describe('DocumentCache', () => {
  let cache: DocumentCache;
  let source: Source;
  beforeEach(() => {
    source = new Source();
  });
  afterEach(() => cache.onApplicationShutdown());

  const open = async (number: number) =>
    String(await buffer((await cache.open(source.document(number))).gzip)).trimEnd();

  it('reads a document once for all who want it', async () => {
    cache = new DocumentCache(10 * SAID_BYTES);
    expect(await Promise.all([open(1), open(1), open(1)])).toEqual(Array(3).fill('document 1'));
    expect(await open(1)).toBe('document 1');
    expect(source.reads).toEqual([1]);
  });

  it('drops what was not used for longest when there is no room', async () => {
    cache = new DocumentCache(2 * SAID_BYTES);
    for (const version of [1, 2, 1, 3]) await open(version);
    expect(source.reads).toEqual([1, 2, 3]);
    await open(1);
    expect(source.reads).toEqual([1, 2, 3]);
    await open(2);
    expect(source.reads).toEqual([1, 2, 3, 2]);
  });

  it('serves a document that is larger than its room', async () => {
    cache = new DocumentCache(0);
    expect(await Promise.all([open(1), open(2)])).toEqual(['document 1', 'document 2']);
  });

  it('passes a failure on, and tries anew the next time', async () => {
    cache = new DocumentCache(10 * SAID_BYTES);
    source.failing.add(1);
    await expect(open(1)).rejects.toMatchObject({ code: 'snapshot-not-found' });
    source.failing.clear();
    expect(await open(1)).toBe('document 1');
  });

  it('logs trouble, also of a document that readers have the start of, and no refusal', async () => {
    const logged: string[] = [];
    Logger.overrideLogger({
      log: () => undefined,
      error: () => undefined,
      warn: ({ document }) => logged.push(document),
    });
    cache = new DocumentCache(10 * SAID_BYTES);
    source.failing.add(1);
    await expect(open(1)).rejects.toThrow('gone');
    const broken = source.document(2);
    const begun = Promise.withResolvers<void>();
    const { gzip } = await cache.open({
      ...broken,
      readGzip: async (write) => {
        await broken.readGzip(write);
        await begun.promise;
        throw new Error('a segment is lost');
      },
    });
    begun.resolve();
    await expect(buffer(gzip)).rejects.toThrow('a segment is lost');
    expect(logged).toEqual(['d2']);
    Logger.overrideLogger(['log', 'error', 'warn']);
  });

  it('hands out the document that the bytes are of', async () => {
    cache = new DocumentCache(10 * SAID_BYTES);
    const first = source.document(1);
    const opened = await Promise.all([cache.open(first), cache.open(source.document(1, 'another'))]);
    for (const { document, gzip } of opened) {
      expect(document).toBe(first);
      gzip.destroy();
    }
  });

  it('makes room for what a document turned out to need', async () => {
    cache = new DocumentCache(3 * SAID_BYTES);
    await open(1);
    const { gzip } = await cache.open(source.document(2, 'x'.repeat(3 * SAID_BYTES)));
    await buffer(gzip);
    await open(1);
    expect(source.reads).toEqual([1, 2, 1]);
  });

  it('forgets what is idle, and lets readers finish', async () => {
    cache = new DocumentCache(10 * SAID_BYTES);
    const { gzip } = await cache.open(source.document(1));
    cache.dropIdle(Infinity);
    expect(String(await buffer(gzip)).trimEnd()).toBe('document 1');
    await open(1);
    expect(source.reads).toEqual([1, 1]);
  });
});
