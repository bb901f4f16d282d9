import { Injectable } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import { ReadOnlyDatabase } from '../database/read-only-database.js';

/** A row of the log; `data` is the event's body as raw JSON text. */
export interface EventRow {
  seq: number;
  type: string;
  time: Date;
  subject: string | null;
  jobId: string | null;
  reason: string | null;
  data: string;
}

export interface EventLogPage {
  /** The log's last sequence number. */
  head: number;
  /** The first one from which on the log has no gap. */
  firstSeq: number;
  deleted: boolean;
  events: EventRow[];
}

// One statement, so that head, first_seq and events are of one state: a trim in between would look like a gap. The bytes of bodies
// are summed in order, and the page ends with the event that reaches the bound.
const PAGE = `
  select h.seq as head, h.first_seq, h.state, e.*
    from catalogue.v_stream_head h
    left join lateral (
      select * from (
        select p.*, sum(octet_length(p.data)) over (order by p.seq) - octet_length(p.data) as bytes_before
          from (select seq, type, subject, job_id, reason, recorded_at, data
                  from catalogue.v_event
                 where provider_id = $1 and seq > $2
                 order by seq limit $3) p) s
       where s.bytes_before < $4) e on true
   where h.provider_id = $1
   order by e.seq`;

interface PageRow {
  head: number;
  first_seq: number;
  state: string;
  seq: number | null;
  type: string;
  subject: string | null;
  job_id: string | null;
  reason: string | null;
  recorded_at: Date;
  data: string;
}

@Injectable()
export class EventLogStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /**
   * Up to `limit` events after a sequence number; fewer when their bodies reach `maxBytes`, but at least one if there is one.
   * Undefined when the provider has no log.
   */
  async page(
    provider: ProviderId,
    after: number,
    limit: number,
    maxBytes: number,
  ): Promise<EventLogPage | undefined> {
    const rows = await this.database.query<PageRow>(PAGE, [provider, after, limit, maxBytes]);
    const [first] = rows;
    if (first === undefined) return undefined;
    return {
      head: first.head,
      firstSeq: first.first_seq,
      deleted: first.state === 'deleted',
      events: rows.flatMap((row) =>
        row.seq === null
          ? []
          : [
              {
                seq: row.seq,
                type: row.type,
                time: row.recorded_at,
                subject: row.subject,
                jobId: row.job_id,
                reason: row.reason,
                data: row.data,
              },
            ],
      ),
    };
  }
}
