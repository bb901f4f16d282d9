import { Injectable } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import type { EventRow } from '../events/event-log.store.js';

const MAX_EVENTS = 50;
/** Bytes of bodies after which the history ends. */
const MAX_HISTORY_BYTES = 4_000_000;

const ITEM = 'select payload from snapshot.v_item where provider_id = $1 and item_id = $2';

const HISTORY = `
  select * from (
    select e.*, sum(octet_length(e.data)) over (order by e.seq desc) - octet_length(e.data) as bytes_before
      from (select seq, type, subject, job_id, reason, recorded_at, data
              from catalogue.v_event
             where provider_id = $1 and subject = $2
             order by seq desc limit ${MAX_EVENTS}) e) b
   where b.bytes_before < ${MAX_HISTORY_BYTES}
   order by b.seq desc`;

interface HistoryRow {
  seq: number;
  type: string;
  subject: string;
  job_id: string | null;
  reason: string | null;
  recorded_at: Date;
  data: string;
}

/** One item: how it stands, and what made it. */
@Injectable()
export class ItemStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Its raw JSON text; undefined when there is no such item now. */
  async find(provider: ProviderId, id: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ payload: string }>(ITEM, [provider, id]);
    return row?.payload;
  }

  /** Its events, the newest first. */
  async history(provider: ProviderId, id: string): Promise<EventRow[]> {
    const rows = await this.database.query<HistoryRow>(HISTORY, [provider, id]);
    return rows.map((row) => ({
      seq: row.seq,
      type: row.type,
      time: row.recorded_at,
      subject: row.subject,
      jobId: row.job_id,
      reason: row.reason,
      data: row.data,
    }));
  }
}
