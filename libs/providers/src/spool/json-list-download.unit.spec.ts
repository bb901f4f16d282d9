import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { xxh64Loaded } from '../digest/xxh64.js';
import { BodyDigest } from './body-digest.js';
import { JsonListDownload, type BodyGate } from './json-list-download.js';
import { SpoolFile } from './spool-file.js';

const PLACES = [{ path: '', keyed: 'numeric' }] as const;
const ROWS = 3_000;

let dir: string;
let spool: SpoolFile;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lists-'));
  spool = await SpoolFile.create(dir);
});
afterEach(async () => {
  await spool.close();
  await rm(dir, { recursive: true });
});

/** A list of 1.5 MB; the row at `changed` has another name than the others. */
function list(changed?: number): Buffer {
  const name = 'x'.repeat(480);
  const rows = Array.from({ length: ROWS }, (_, id) => ({ id, name: id === changed ? 'other' : name }));
  return Buffer.from(JSON.stringify(rows));
}

function digestOf(body: Buffer): BodyDigest {
  const digest = new BodyDigest();
  digest.update(body);
  return digest;
}

const gateOf = (body: Buffer): BodyGate => {
  const { value, start } = digestOf(body);
  return { digest: new BodyDigest(), known: value, knownStart: start };
};

async function feed(download: JsonListDownload, body: Buffer, chunkBytes = 64 * 1024): Promise<void> {
  for (let at = 0; at < body.length; at += chunkBytes)
    await download.write(body.subarray(at, at + chunkBytes));
}

function feedAtOnce(download: JsonListDownload, body: Buffer, chunkBytes: number): void {
  for (let at = 0; at < body.length; at += chunkBytes)
    void download.write(body.subarray(at, at + chunkBytes));
}

beforeAll(() => xxh64Loaded);

describe('JsonListDownload', () => {
  it('looks through a list as it arrives from where its start has shown that it changed', async () => {
    const download = new JsonListDownload(PLACES, spool, gateOf(list()));
    await feed(download, list(7));
    expect(download.report.rows).toBe(ROWS);
  });

  it('looks through nothing of a list that has not changed', async () => {
    const download = new JsonListDownload(PLACES, spool, gateOf(list()));
    await feed(download, list());
    await download.end();
    expect(download.isUnchanged).toBe(true);
    expect(download.report.rows).toBe(0);
  });

  it('plans the same cuts wherever the list changed and however it comes', async () => {
    const plain = new JsonListDownload(PLACES, spool);
    const body = list(10);
    await feed(plain, body);
    await plain.end();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(undefined, 3, ROWS - 3),
        fc.integer({ min: 50_000, max: 2_000_000 }),
        fc.boolean(),
        async (other, chunkBytes, atOnce) => {
          const download = new JsonListDownload(PLACES, spool, gateOf(list(other)));
          // What is on its way already comes although it is asked to wait.
          if (atOnce) feedAtOnce(download, body, chunkBytes);
          else await feed(download, body, chunkBytes);
          await download.end();
          expect(download.report).toEqual(plain.report);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('BodyDigest', () => {
  it('tells bodies apart by their first MiB, however they come', () => {
    const [body, later, sooner] = [list(), list(ROWS - 1), list(0)];
    const pieces = new BodyDigest();
    for (let at = 0; at < body.length; at += 999) pieces.update(body.subarray(at, at + 999));
    expect(pieces.value).toBe(digestOf(body).value);
    expect([pieces.start, digestOf(later).start]).toEqual([digestOf(body).start, digestOf(body).start]);
    expect(digestOf(sooner).start).not.toBe(digestOf(body).start);
    expect(digestOf(body.subarray(0, 1_000_000)).start).toBeUndefined();
  });
});
