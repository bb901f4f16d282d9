import { Injectable } from '@nestjs/common';
import type { EventType, ItemKind, ProviderId } from '@catalogue-sync/contracts';
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
  /** All up to here was looked through: what follows comes after it. */
  nextAfter: number;
}

/** Which events are wanted; absent takes all. */
export interface EventFilter {
  type?: EventType | undefined;
  /** Events of items of a kind; others have none. */
  kind?: ItemKind | undefined;
}

export interface PageLimits {
  events: number;
  /** Bytes of bodies after which a page ends. */
  bytes: number;
}

/** Events that are looked through for those that are wanted: a few of a kind may stand far apart. */
const FILTERED_EVENTS = 10_000;

// One statement, so that head, first_seq and events are of one state: a trim in between would look like a gap. The bytes of bodies
// are summed in order, and the page ends with the event that reaches the bound.
const PAGE = `
  select h.seq as head, h.first_seq, h.state, e.*
    from catalogue.v_stream_head h
    left join lateral (
      select * from (
        select p.*, sum(octet_length(p.data)) over (order by p.seq) - octet_length(p.data) as bytes_before,
               count(*) over ()::int as found
          from (select seq, type, subject, job_id, reason, recorded_at, data
                  from catalogue.v_event
                 where provider_id = $1 and seq > $2 and ($5::bigint is null or seq <= $5)
                   and ($6::text is null or type = $6) and ($7::text is null or kind = $7)
                 order by seq limit $3) p) s
       where s.bytes_before < $4) e on true
   where h.provider_id = $1
   order by e.seq`;

interface PageRow {
  head: number;
  first_seq: number;
  state: string;
  seq: number | null;
  /** Events of the page before large bodies cut it short. */
  found: number | null;
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
   * The wanted events after a sequence number, up to the limits, but at least one if there is one among those that are looked through.
   * Undefined when the provider has no log.
   */
  async page(
    provider: ProviderId,
    after: number,
    limits: PageLimits,
    filter: EventFilter = {},
  ): Promise<EventLogPage | undefined> {
    const isFiltered = filter.type !== undefined || filter.kind !== undefined;
    const last = isFiltered ? after + FILTERED_EVENTS : null;
    const rows = await this.database.query<PageRow>(PAGE, [
      provider,
      after,
      limits.events,
      limits.bytes,
      last,
      filter.type,
      filter.kind,
    ]);
    const [first] = rows;
    if (first === undefined) return undefined;
    const events = rows.flatMap(eventOf);
    const isCut = events.length === limits.events || events.length < (first.found ?? 0);
    const lookedThrough = last === null || isCut ? after : Math.max(after, Math.min(last, first.head));
    return {
      head: first.head,
      firstSeq: first.first_seq,
      deleted: first.state === 'deleted',
      events,
      nextAfter: Math.max(lookedThrough, events.at(-1)?.seq ?? after),
    };
  }
}

function eventOf(row: PageRow): EventRow[] {
  if (row.seq === null) return [];
  return [
    {
      seq: row.seq,
      type: row.type,
      time: row.recorded_at,
      subject: row.subject,
      jobId: row.job_id,
      reason: row.reason,
      data: row.data,
    },
  ];
}
