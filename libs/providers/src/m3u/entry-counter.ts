import type { ConnectionReport } from '@catalogue-sync/contracts';
import { parseRows } from '../rows/parse-rows.js';
import { mapRow } from '../rows/map-row.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import { IdSet, idKey } from '../stalker/id-set.js';

/** Counts a playlist's items by kind: entries of one stream, and episodes of one series, count once. */
export class EntryCounter {
  readonly byKind: NonNullable<ConnectionReport['counts']> = { channel: 0, movie: 0, series: 0 };
  private readonly seen = new IdSet();

  add(page: RowsOfPage): void {
    for (const row of parseRows(page.rows.toString('utf8'))) {
      const mapped = mapRow('m3u-entry', row, { scope: 'playlist', now: 0 });
      if (mapped.type !== 'item' || !this.seen.add(idKey(mapped.item.id))) continue;
      const { kind } = mapped.item;
      this.byKind[kind] = (this.byKind[kind] ?? 0) + 1;
    }
  }
}
