import { SeenIds } from '@catalogue-sync/catalogue';
import { KNOWN_ITEMS, type PageRowType, type RowType } from '@catalogue-sync/contracts';
import { parseJsonExactly } from '../json/big-integers.js';
import type { JsonListReport, RowSlice } from '../json/list-plan.js';
import { parseRows } from '../rows/parse-rows.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { SLICE_BYTES } from '../spool/json-list-download.js';
import { cutToLimit, oversizedRows, pagesOfList, readSlice, type RowsOfPage } from '../spool/list-pages.js';
import type { SpoolFile } from '../spool/spool-file.js';
import { rowDigest, tellingPart, type RowDigest } from './row-digest.js';
import { CHANGED, type RowMatcher } from './row-matcher.js';
import { RowMemoryBuilder, type RowMemory } from './row-memory.js';

/** Ids in one page at most. */
const IDS_A_PAGE = 5_000;
/** Of a slice, of which one has some hundreds. */
const FEW_ROWS = 20;

export interface TypedPage extends RowsOfPage {
  rowType: PageRowType;
}

export interface ChangedRowsOptions {
  spool: SpoolFile;
  report: JsonListReport;
  secrets: SecretReplacer;
  rowType: RowType;
  /** Whether a leading `num` is nothing but the row's place in the list. */
  positional: boolean;
  /** The item that a row gives; undefined when it gives none, or that cannot be told without mapping it. */
  idOf: (row: unknown) => string | undefined;
  /** Whether what the next run needs is gathered. */
  learns: boolean;
  /** Which rows are those of the run before, where that may be gone by. */
  known?: RowMatcher | undefined;
}

/**
 * A spooled list as pages: of rows that stand in it as they did in the run before only the ids of their items come. A page of ids comes first: a
 * run is believed or not by its first rows. Then come the other rows, in order, so that what changed goes its way while the rest of the ids
 * is looked at. Where most rows changed, or nothing is known, all rows come. Either way it learns what the next run needs.
 */
export class ChangedRows {
  private builder: RowMemoryBuilder | undefined;

  constructor(private readonly options: ChangedRowsOptions) {
    if (options.learns && !options.report.keyed) this.builder = new RowMemoryBuilder();
  }

  /** After `pages`: what to keep for the next run; undefined when nothing was gathered or the list cannot be told row by row. */
  get memory(): Buffer | undefined {
    return this.builder?.encode();
  }

  async *pages(): AsyncGenerator<TypedPage, void> {
    const { spool, report, secrets, rowType, known } = this.options;
    const rows = known && this.builder && (await this.compare(known));
    if (known && rows) {
      const ids = this.idPages(known.before, rows);
      const first = ids.next();
      if (!first.done) yield first.value;
      for await (const page of this.changedPages(rows)) yield { ...page, rowType };
      yield* ids;
      return;
    }
    for await (const page of pagesOfList(spool, report, secrets, this.learn.bind(this))) {
      yield { ...page, rowType };
    }
  }

  /** For each row of the list the row of the run before that it is, or CHANGED. Undefined where most have changed. */
  private async compare(matcher: RowMatcher): Promise<Int32Array | undefined> {
    const { spool, report } = this.options;
    const { before } = matcher;
    const known = new Int32Array(report.rows);
    for (const row of known.keys()) known[row] = matcher.rowOf(row) ?? CHANGED;
    const changedIds = new SeenIds();
    let [row, changed] = [0, 0];
    for (const slice of report.slices) {
      const others = await othersOf(spool, slice, known.subarray(row, row + slice.rows));
      let other = 0;
      for (const end = row + slice.rows; row < end; row++) {
        if (known[row] === CHANGED) {
          const bytes = others[other++] as Buffer;
          const telling = tellingPart(bytes, this.options.positional);
          const digest = rowDigest(telling);
          const same = matcher.rowOf(row) === undefined ? before.find(digest) : undefined;
          if (same === undefined) {
            changed += 1;
            const id = this.add(digest, telling.length, bytes);
            if (id !== undefined) changedIds.add(id);
            continue;
          }
          known[row] = same;
        }
        this.builder?.keep(before, known[row] as number);
      }
      if (2 * changed > report.rows) {
        this.builder = new RowMemoryBuilder();
        return undefined;
      }
    }
    // A further row of the same item may count for more than the one that stayed: all of them are looked at.
    for (row = 0; row < known.length; row++) {
      const same = known[row] as number;
      if (same === CHANGED || !changedIds.has(before.idOf(same))) continue;
      known[row] = CHANGED;
      this.builder?.repeats(before.idOf(same));
    }
    return known;
  }

  private *idPages(before: RowMemory, known: Int32Array): Generator<TypedPage, void> {
    let ids: string[] = [];
    for (const same of known) {
      if (same === CHANGED) continue;
      ids.push(before.idOf(same));
      if (ids.length < IDS_A_PAGE) continue;
      yield idPage(ids);
      ids = [];
    }
    if (ids.length > 0) yield idPage(ids);
  }

  private async *changedPages(known: Int32Array): AsyncGenerator<RowsOfPage, void> {
    const { spool, report, secrets } = this.options;
    let parts: Buffer[] = [];
    let bytes = 0;
    let first = 0;
    const page = () => {
      const rows = Buffer.concat([Buffer.from('['), ...parts.slice(1), Buffer.from(']')]);
      const rowCount = parts.length / 2;
      [parts, bytes] = [[], 0];
      return cutToLimit(secrets.replace(rows), rowCount);
    };
    for (const slice of report.slices) {
      const rows = known.subarray(first, first + slice.rows);
      first += slice.rows;
      for (const row of await othersOf(spool, slice, rows)) {
        if (parts.length > 0 && bytes + row.length > SLICE_BYTES) yield* page();
        parts.push(Buffer.from(','), row);
        bytes += row.length + 1;
      }
    }
    if (parts.length > 0) yield* page();
    if (report.oversizedRows > 0) yield oversizedRows(report.oversizedRows);
  }

  /** Notes the rows of a page that is handed out as a whole. */
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

  private add(digest: RowDigest, length: number, row: Buffer): string | undefined {
    const id = this.options.idOf(parsed(this.options.secrets.replace(row)));
    if (id !== undefined) this.builder?.add(digest, length, id);
    return id;
  }
}

/** The rows of a slice that are marked as changed, in order. Few of them are read for themselves, all at once. */
async function othersOf(spool: SpoolFile, slice: RowSlice, known: Int32Array): Promise<Buffer[]> {
  const { start, bounds = [] } = slice;
  const places = [...known.keys()]
    .filter((row) => known[row] === CHANGED)
    .map((row) => [bounds[2 * row], bounds[2 * row + 1]] as [from: number, to: number]);
  if (places.length <= FEW_ROWS)
    return Promise.all(places.map(([from, to]) => spool.read(start + from, start + to)));
  const page = await readSlice(spool, slice);
  return places.map(([from, to]) => page.subarray(1 + from, 1 + to));
}

function* rowsIn({ bounds = [] }: RowSlice, page: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < bounds.length; at += 2) {
    // Behind the bracket.
    yield page.subarray(1 + (bounds[at] as number), 1 + (bounds[at + 1] as number));
  }
}

function parsed(row: Buffer): unknown {
  try {
    return parseJsonExactly(row.toString('utf8'));
  } catch {
    return undefined;
  }
}

function idPage(ids: readonly string[]): TypedPage {
  return { rowType: KNOWN_ITEMS, rowCount: ids.length, rows: Buffer.from(JSON.stringify(ids)) };
}
