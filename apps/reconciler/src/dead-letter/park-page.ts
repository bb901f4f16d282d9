import type { MikroORM } from '@mikro-orm/postgresql';
import { PAGE_MESSAGE_TYPE } from '@catalogue-sync/contracts';
import { CatalogueSyncError } from '@catalogue-sync/contracts';
import type { InboundMessage } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';
import { pageAttributes } from '../pages/page-message.js';
import { lockHead } from '../stream-head/stream-head.store.js';
import { placeParkedPage } from '../sweep/sweep-page.store.js';
import { openSweep } from '../sweep/sweep.store.js';

/**
 * Notes a message that cannot be handled (I11). A page takes its place in its sweep with no ids and marks it, so that the scope ends,
 * and ends incomplete: what stood on the page is not taken as removed.
 */
export class ParkPage {
  constructor(private readonly orm: MikroORM) {}

  async park(message: InboundMessage, reason: string): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      const head = await lockHead(em, message.providerId);
      if (head.deleted) return;
      const attributes = message.type === PAGE_MESSAGE_TYPE.pageFetched ? readable(message) : undefined;
      await sql(
        em,
        `insert into dead_letter (provider_id, message_id, type, run_token, ordinal, reason, scope, job_id, row_type, row_count,
           mode, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
        [
          message.providerId,
          message.messageId,
          message.type,
          attributes?.runToken ?? null,
          attributes?.ordinal ?? null,
          reason.slice(0, 1000),
          attributes?.scope ?? null,
          attributes?.jobId ?? null,
          attributes?.rowType ?? null,
          attributes?.rowCount ?? null,
          attributes?.mode ?? null,
          attributes === undefined ? null : message.bytes,
        ],
      );
      if (!attributes) return;
      const sweep = await openSweep(em, message.providerId, attributes);
      if (sweep?.state !== 'open') return;
      await placeParkedPage(em, sweep, attributes.ordinal);
    });
  }
}

function readable(message: InboundMessage): ReturnType<typeof pageAttributes> | undefined {
  try {
    return pageAttributes(message);
  } catch (error) {
    if (error instanceof CatalogueSyncError || error instanceof Error) return undefined;
    throw error;
  }
}
