import { ERROR_CODE } from '@catalogue-sync/contracts';
import { xxh64Loaded } from '../digest/xxh64.js';
import type { ProviderHttp } from '../http/provider-http.js';
import { RequestFailure } from '../http/request-failure.js';
import { validatorsOf, type Validators } from '../http/validators.js';
import type { SievedList } from '../row-memory/sieved-list.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { BodyDigest } from '../spool/body-digest.js';
import type { BodyGate } from '../spool/json-list-download.js';
import { knownValidators, rememberValidators, type ListMemory } from '../spool/list-memory.js';
import { pagesOfList, type RowsOfPage } from '../spool/list-pages.js';
import type { SpoolFile } from '../spool/spool-file.js';
import { CutListFailure, XTREAM_LIST, XtreamListDownload } from './list-check.js';

const NO_ROWS = Buffer.from('[]');

export interface CategoryPages {
  /** One without rows when there are none, or when the list failed and the items may still come. */
  pages: RowsOfPage[];
  complete: boolean;
}

/** The item list, whole; or as far as it came, with the reason why no further. */
export interface ItemList {
  download: XtreamListDownload;
  /** Whether its rows were sieved by those of the run before, rather than spooled. */
  sieved: boolean;
  reason?: string;
}

export interface ScopeDownloadOptions {
  http: ProviderHttp;
  signal: AbortSignal;
  spool: SpoolFile;
  secrets: SecretReplacer;
  /** What the run before left behind. */
  before: ListMemory | undefined;
  /** Whether what did not change may be left out. */
  mayStay: boolean;
  /** What the item list is sieved by, where it may be. */
  sieved: SievedList | undefined;
  log?: ((line: string) => void) | undefined;
}

/** Downloads a scope's category list, then its item list, through one spool, and tells whether they changed since the run before. */
export class ScopeDownload {
  private digest: BodyDigest | undefined;
  private categoriesDigest: string | undefined;
  private seen: Validators = {};
  /** The provider said that the list is still the one of the run before (HTTP 304). */
  private confirmed = false;

  constructor(private readonly options: ScopeDownloadOptions) {}

  async categories(url: URL): Promise<CategoryPages> {
    const { http, signal, spool, secrets } = this.options;
    const pages: RowsOfPage[] = [];
    let complete = true;
    await xxh64Loaded;
    try {
      let digest = new BodyDigest();
      const { report } = await http.download({ url, signal }, () => {
        digest = new BodyDigest();
        return new XtreamListDownload(XTREAM_LIST, spool, { digest });
      });
      for await (const page of pagesOfList(spool, report, secrets)) pages.push(page);
      this.digest = digest;
      this.categoriesDigest = digest.value;
    } catch (error) {
      if (!isBreak(error) && !isUnknownList(error)) throw error;
      this.options.log?.(`The category list failed: ${error.message}`);
      complete = false;
    }
    if (pages.length === 0) pages.push({ rows: NO_ROWS, rowCount: 0 });
    return { pages, complete };
  }

  /** After `categories`: the item list; undefined when neither list has changed. */
  async items(url: URL): Promise<ItemList | undefined> {
    const { http, signal, spool, sieved } = this.options;
    const { validators, ...known } = this.expectation();
    let last: XtreamListDownload | undefined;
    let digest: BodyDigest | undefined;
    let isSieved = false;
    try {
      const download = await http.downloadIfChanged({ url, signal }, validators, ({ headers }) => {
        this.seen = validatorsOf(headers);
        digest = this.digest && new BodyDigest(this.digest);
        isSieved = false;
        const knownRows =
          sieved &&
          (async () => {
            const sieve = await sieved.begin();
            isSieved = sieve !== undefined;
            return sieve;
          });
        return (last = new XtreamListDownload(XTREAM_LIST, spool, digest && { digest, knownRows, ...known }));
      });
      if (download === undefined) {
        this.confirmed = true;
        return undefined;
      }
      this.digest = digest;
      return download.isUnchanged ? undefined : { download, sieved: isSieved };
    } catch (error) {
      // Everything up to where a list broke off is true, and worth handing out.
      if (!isBreak(error) || last === undefined) throw error;
      await last.lookThrough();
      if (last.report.rows === 0) throw error;
      await spool.flush();
      const cut = error instanceof CutListFailure;
      return {
        download: last,
        sieved: isSieved,
        reason: cut ? error.message : `The list broke off after ${last.report.rows} rows. ${error.message}`,
      };
    }
  }

  /** After a complete run: what the next one may go by. Without a whole category list that is nothing. */
  memory(key: string): ListMemory {
    const { before } = this.options;
    if (this.confirmed && before !== undefined) return before;
    const { digest, categoriesDigest } = this;
    if (digest === undefined || categoriesDigest === undefined) return { key };
    const changed = before?.digest !== undefined && before.digest !== digest.value;
    return {
      key,
      digest: digest.value,
      ...(digest.start === undefined ? {} : { startDigest: digest.start }),
      categoriesDigest,
      ...rememberValidators(before, changed, this.seen),
    };
  }

  /** By what the item list is known again. Validators speak for it alone, so the categories must be the same as they were. */
  private expectation(): Pick<BodyGate, 'known' | 'knownStart'> & { validators: Validators } {
    const { before, mayStay } = this.options;
    if (!mayStay || this.categoriesDigest === undefined) return { validators: {} };
    const sameCategories = before?.categoriesDigest === this.categoriesDigest;
    return {
      known: before?.digest,
      knownStart: before?.startDigest,
      validators: knownValidators(sameCategories ? before : undefined),
    };
  }
}

/** Trouble on the way, after all tries. */
function isBreak(error: unknown): error is RequestFailure {
  return error instanceof RequestFailure && error.repeat === 'soon';
}

function isUnknownList(error: unknown): error is RequestFailure {
  return error instanceof RequestFailure && error.code === ERROR_CODE.providerBadAnswer;
}
