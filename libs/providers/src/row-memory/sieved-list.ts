import { KNOWN_ITEMS, type PageRowType, type RowType } from '@catalogue-sync/contracts';
import { parseJsonExactly } from '../json/big-integers.js';
import type { JsonListReport } from '../json/list-plan.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { pagesOfList, type RowsOfPage } from '../spool/list-pages.js';
import type { SpoolFile } from '../spool/spool-file.js';
import type { RowMemory } from './row-memory.js';
import { RowSieve } from './row-sieve.js';

/** Ids in one page at most. */
const IDS_A_PAGE = 5_000;

export interface TypedPage extends RowsOfPage {
  rowType: PageRowType;
}

export interface SievedListOptions {
  rowType: RowType;
  /** Whether a leading `num` is nothing but the row's place in the list. */
  positional: boolean;
  secrets: SecretReplacer;
  /** The item that a row gives; undefined when it gives none, or that cannot be told without mapping it. */
  idOf: (row: unknown) => string | undefined;
  /** For the rows that are not known. */
  makeSpool: () => Promise<SpoolFile>;
  /** The rows of the run before. Asked for once, when it is known that the list is another. */
  before: () => Promise<RowMemory | undefined>;
}

/**
 * A list as pages, where the rows of the run before are known: of rows that stand in it as they did only the ids of their items come, while it
 * still arrives; of the others the rows, in order, once it is there. A page of ids comes first, so that a run is believed by rows that are
 * known; where most rows are not, first rows come first.
 *
 * A download that breaks off is repeated, and what its first try has handed out cannot be taken back: it holds as long as the list of
 * the next try has those rows too (`contradicted`).
 */
export class SievedList {
  private before: RowMemory | undefined;
  private spool: SpoolFile | undefined;
  private sieve: RowSieve | undefined;
  /** 1 for each row of `before` whose id was handed out. */
  private handedOut = new Uint8Array(0);
  private handedOutCount = 0;
  private tries = 0;
  /** Of the sieve's known rows, how many were looked at. */
  private looked = 0;
  private wake: (() => void) | undefined;

  constructor(private readonly options: SievedListOptions) {}

  /** For a new try of the download; undefined where nothing is known. */
  async begin(): Promise<RowSieve | undefined> {
    const { before: load, makeSpool, positional, secrets, idOf } = this.options;
    this.before ??= await load();
    if (this.before === undefined) return undefined;
    if (this.handedOut.length === 0) this.handedOut = new Uint8Array(this.before.size);
    this.spool ??= await makeSpool();
    this.looked = 0;
    this.tries += 1;
    return (this.sieve = new RowSieve(this.before, {
      positional,
      idOf: (row) => idOf(parsed(secrets.replace(row))),
      others: this.spool,
      onKnown: () => {
        if (this.pageWaits) this.wake?.();
      },
    }));
  }

  /** While the list is being downloaded: ids, a page at a time. */
  async *pagesDuring(download: Promise<unknown>): AsyncGenerator<TypedPage, void> {
    let over = false;
    const end = () => {
      over = true;
      this.wake?.();
    };
    download.then(end, end);
    while (!over) {
      const ids = this.pageWaits ? this.takeIds(IDS_A_PAGE) : [];
      if (ids.length > 0) yield idPage(ids);
      else await this.woken();
    }
  }

  /** After the download: everything else. */
  async *rest({ oversizedRows }: JsonListReport): AsyncGenerator<TypedPage, void> {
    const { sieve, spool } = this;
    if (sieve === undefined || spool === undefined) return;
    const { rowType, secrets } = this.options;
    const first = this.idsOfRepeated(sieve);
    if (this.handedOutCount === first.length) {
      first.push(...this.takeIds(sieve.mostAreOthers ? sieve.knownInSample : IDS_A_PAGE));
    }
    if (first.length > 0) yield idPage(first);
    await spool.flush();
    const others = { slices: sieve.slices, keyed: false, oversizedRows };
    for await (const page of pagesOfList(spool, others, secrets)) yield { ...page, rowType };
    for (let ids = this.takeIds(IDS_A_PAGE); ids.length > 0; ids = this.takeIds(IDS_A_PAGE)) {
      yield idPage(ids);
    }
  }

  /** Whether something was handed out. */
  get begun(): boolean {
    return this.handedOutCount > 0;
  }

  /** After the download: whether rows were handed out as known that the list of its last try does not have so. */
  get contradicted(): boolean {
    const { sieve } = this;
    if (this.tries < 2 || sieve === undefined) return false;
    const missing = this.handedOut.slice();
    for (const row of sieve.knownRows) missing[row] = 0;
    return missing.includes(1);
  }

  /** After `rest`: what to keep for the next run. */
  get memory(): Buffer | undefined {
    return this.sieve?.learned.encode();
  }

  private get pageWaits(): boolean {
    const { sieve } = this;
    return sieve !== undefined && sieve.knownRows.length - this.looked >= IDS_A_PAGE && !sieve.mostAreOthers;
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  /** Known rows of items that have a further row in the list: they come first there, so their ids go before the rows. */
  private idsOfRepeated(sieve: RowSieve): string[] {
    const ids: string[] = [];
    for (const row of sieve.knownRows) {
      const id = sieve.before.idOf(row);
      if (!sieve.hasOther(id)) continue;
      sieve.learned.repeats(id);
      if (this.handOut(row)) ids.push(id);
    }
    return ids;
  }

  /** The next ids that were not handed out yet, at most so many. */
  private takeIds(limit: number): string[] {
    const { sieve } = this;
    const ids: string[] = [];
    if (sieve === undefined) return ids;
    const { before, knownRows } = sieve;
    while (this.looked < knownRows.length && ids.length < limit) {
      const row = knownRows[this.looked++] as number;
      if (this.handOut(row)) ids.push(before.idOf(row));
    }
    return ids;
  }

  /** False when it was handed out before. */
  private handOut(row: number): boolean {
    if (this.handedOut[row] === 1) return false;
    this.handedOut[row] = 1;
    this.handedOutCount += 1;
    return true;
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
