import { createHash } from 'node:crypto';
import type { RowType } from '@catalogue-sync/contracts';
import { FINGERPRINT_VERSION, fingerprintCategory, fingerprintItem } from '@catalogue-sync/catalogue';
import { mapRow } from '../rows/map-row.js';
import type { MappedRow } from '../rows/mapped-row.js';
import { parseRows } from '../rows/parse-rows.js';
import type { RowsOfPage } from '../spool/list-pages.js';

/**
 * A digest of a portal's genres and channels. The bodies themselves change with every answer (what is on now, links that carry a session),
 * so it is made of what a comparison with the known items would look at: equal digests mean that it would find nothing.
 */
export class ChannelDigest {
  private readonly hash = createHash('sha256').update(`fingerprint ${FINGERPRINT_VERSION}\n`);

  /** @param now ms since 1970 */
  constructor(private readonly now: number) {}

  add(rowType: RowType, { rows }: RowsOfPage): void {
    const context = { scope: 'live', now: this.now } as const;
    const lines = parseRows(rows.toString()).map((row) => lineOf(mapRow(rowType, row, context)));
    this.hash.update(lines.join(''));
  }

  /** SHA-256, hex. Nothing can be added after it. */
  end(): string {
    return this.hash.digest('hex');
  }
}

function lineOf(mapped: MappedRow): string {
  switch (mapped.type) {
    case 'item': {
      const { id, categoryIds } = mapped.item;
      return `${JSON.stringify([id, categoryIds, fingerprintItem(mapped.item).toString('base64')])}\n`;
    }
    case 'category':
      return `${JSON.stringify([mapped.category.id, fingerprintCategory(mapped.category).toString('base64')])}\n`;
    case 'rejected':
      return `${JSON.stringify([mapped.reason, mapped.externalId])}\n`;
  }
}
