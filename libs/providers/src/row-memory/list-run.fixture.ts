import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KNOWN_ITEMS } from '@catalogue-sync/contracts';
import type { JsonListReport } from '../json/list-plan.js';
import { parseRows } from '../rows/parse-rows.js';
import { xtreamItemId } from '../rows/xtream-rows.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import { BodyDigest } from '../spool/body-digest.js';
import { JsonListDownload } from '../spool/json-list-download.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import { SpoolFile } from '../spool/spool-file.js';
import { LearnedRows } from './learned-rows.js';
import { RowMemory } from './row-memory.js';
import { SievedList } from './sieved-list.js';

/** What one run made of a list. */
export interface ListRun {
  /** Rows, and ids in place of rows, in the order in which they came. */
  all: unknown[];
  /** The ids of these. */
  known: string[];
  /** The rows of these. */
  sent: unknown[];
  /** Of each page. */
  types: string[];
  rowCount: number;
  report: JsonListReport;
  memory: Buffer | undefined;
  contradicted: boolean;
}

/** What a run hands out, and what it leaves behind. The bodies, one for each try, arrive in chunks of so many bytes. */
export async function runList(
  bodies: string | string[],
  before?: Buffer,
  chunkBytes = 1_000,
): Promise<ListRun> {
  const dir = await mkdtemp(path.join(tmpdir(), 'rows-'));
  const [spool, others] = [await SpoolFile.create(dir), await SpoolFile.create(dir)];
  const rows = {
    secrets: new SecretReplacer([]),
    positional: true,
    idOf: (row: unknown) => xtreamItemId('xtream-movie', row),
  };
  const sieved = new SievedList({
    ...rows,
    rowType: 'xtream-movie',
    makeSpool: () => Promise.resolve(others),
    before: () => Promise.resolve(before && RowMemory.decode(before)),
  });
  const found = {
    all: [] as unknown[],
    known: [] as string[],
    sent: [] as unknown[],
    types: [] as string[],
    rowCount: 0,
  };
  const take = (page: RowsOfPage, rowType: string = 'xtream-movie') => {
    const values = parseRows(page.rows.toString('utf8'));
    found.types.push(rowType);
    found.rowCount += page.rowCount;
    found.all.push(...values);
    if (rowType === KNOWN_ITEMS) found.known.push(...(values as string[]));
    else found.sent.push(...values);
  };
  try {
    let report: JsonListReport | undefined;
    for (const body of [bodies].flat()) {
      const download = new JsonListDownload([{ path: '', keyed: 'numeric' }], spool, {
        digest: new BodyDigest(),
        ...(before === undefined ? {} : { knownRows: () => sieved.begin() }),
      });
      const downloading = (async () => {
        for (const chunk of chunksOf(Buffer.from(body), chunkBytes)) await download.write(chunk);
        await download.end();
      })();
      for await (const page of sieved.pagesDuring(downloading)) take(page, page.rowType);
      await downloading;
      report = download.report;
    }
    const { contradicted } = sieved;
    const all = new LearnedRows({ ...rows, spool, report: report as JsonListReport, learns: true });
    if (before === undefined) for await (const page of all.pages()) take(page);
    for await (const page of sieved.rest(report as JsonListReport)) take(page, page.rowType);
    const { memory } = before === undefined ? all : sieved;
    return { ...found, report: report as JsonListReport, memory, contradicted };
  } finally {
    await spool.close();
    await others.close();
    await rm(dir, { recursive: true });
  }
}

function* chunksOf(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
