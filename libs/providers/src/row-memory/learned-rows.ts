import type { JsonListReport, RowSlice } from '../json/list-plan.js';
import { parseRows } from '../rows/parse-rows.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { pagesOfList, type RowsOfPage } from '../spool/list-pages.js';
import type { SpoolFile } from '../spool/spool-file.js';
import { rowDigest, tellingPart } from './row-digest.js';
import { RowMemoryBuilder } from './row-memory.js';

export interface LearnedRowsOptions {
  spool: SpoolFile;
  report: JsonListReport;
  secrets: SecretReplacer;
  /** Whether a leading `num` is nothing but the row's place in the list. */
  positional: boolean;
  /** The item that a row gives; undefined when it gives none, or that cannot be told without mapping it. */
  idOf: (row: unknown) => string | undefined;
  /** Whether what the next run needs is gathered. */
  learns: boolean;
}

/** All rows of a spooled list as pages. Learns on the way what the next run needs. */
export class LearnedRows {
  private builder: RowMemoryBuilder | undefined;

  constructor(private readonly options: LearnedRowsOptions) {
    if (options.learns && !options.report.keyed) this.builder = new RowMemoryBuilder();
  }

  /** After `pages`: what to keep for the next run; undefined when nothing was gathered or the list cannot be told row by row. */
  get memory(): Buffer | undefined {
    return this.builder?.encode();
  }

  pages(): AsyncGenerator<RowsOfPage, void> {
    const { spool, report, secrets } = this.options;
    return pagesOfList(spool, report, secrets, this.learn.bind(this));
  }

  private learn(slice: RowSlice, page: Buffer, replaced: Buffer): void {
    if (this.builder === undefined || slice.bounds === undefined) return;
    const rows = parseRows(replaced.toString('utf8'));
    if (rows.length !== slice.rows) {
      this.builder = undefined;
      return;
    }
    let at = 0;
    for (const bytes of rowsIn(slice, page)) {
      const id = this.options.idOf(rows[at++]);
      const telling = tellingPart(bytes, this.options.positional);
      if (id !== undefined) this.builder.add(rowDigest(telling), telling.length, id);
    }
  }
}

function* rowsIn({ bounds = [] }: RowSlice, page: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < bounds.length; at += 2) {
    // Behind the bracket.
    yield page.subarray(1 + (bounds[at] as number), 1 + (bounds[at + 1] as number));
  }
}
