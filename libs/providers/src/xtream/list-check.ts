import { ERROR_CODE } from '@catalogue-sync/contracts';
import { badAnswer, RequestFailure } from '../http/request-failure.js';
import type { ListPlace } from '../json/list-plan.js';
import { JsonListDownload } from '../spool/json-list-download.js';
import { notJson, refuseAccountAnswer } from './account.js';

/** The list is the whole answer; PHP writes one with gaps as an object with numbers for keys. */
export const XTREAM_LIST: readonly ListPlace[] = [{ path: '', keyed: 'numeric' }];

/** A list that ends before it closes. */
export class CutListFailure extends RequestFailure {
  constructor(rows: number) {
    super(ERROR_CODE.providerBadAnswer, `The list of the panel is cut after ${rows} rows.`, {
      repeat: 'soon',
    });
  }
}

/**
 * A download that fails when it is no list: an account object, a web page, an empty body, or a list that does not close (PROVIDERS B.10).
 * `[]` and `{}` are lists without rows.
 */
export class XtreamListDownload extends JsonListDownload {
  override async end(): Promise<void> {
    await super.end();
    // It was checked when it was new.
    if (this.isUnchanged) return;
    const { report } = this;
    if (this.isBlank) throw badAnswer('The panel sends an empty answer.');
    if (!report.found) throw this.refusal();
    if (!report.closed) throw new CutListFailure(report.rows);
    if (report.rows > 0 && report.oddRows === report.rows) {
      throw badAnswer('The panel sends a list of something else than rows.', 'never');
    }
  }

  private refusal(): Error {
    const text = this.start.replace(/^\ufeff/, '').trim();
    if (!text.startsWith('{') && !text.startsWith('[')) return notJson();
    if (!this.report.closed) return badAnswer('The answer of the panel is cut.');
    if (this.startIsWhole) {
      try {
        refuseAccountAnswer(text);
      } catch (error) {
        return error as Error;
      }
    }
    return badAnswer('The panel does not know this list: it answers with an object in its place.', 'never');
  }
}
