import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  MAX_PAGE_BYTES,
  type EventSlice,
  type ItemKind,
  type JobId,
  type ProviderId,
  type StoredEvent,
} from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import { bigint, copyIn, copyRows, sql, timestamp } from '@catalogue-sync/persistence';
import type { LockedHead } from '../stream-head/stream-head.store.js';
import type { EventDraft } from './event-draft.js';

interface EventRow {
  seq: string;
  type: string;
  kind: ItemKind | null;
  subject: string | null;
  job_id: JobId | null;
  reason: string | null;
  time: string;
  data: string;
}

/**
 * Appends events under the provider's locked head, with consecutive sequence numbers, and gives back what was stored, so that the
 * relay can publish from memory. The caller saves the head.
 */
export async function appendEvents(
  em: SqlEntityManager,
  head: LockedHead,
  jobId: JobId | undefined,
  drafts: readonly EventDraft[],
): Promise<StoredEvent[]> {
  if (drafts.length === 0) return [];
  const now = new Date();
  const time = now.toISOString();
  const stored = drafts.map((draft): StoredEvent => {
    head.seq += 1;
    return { ...draft, seq: head.seq, time, ...(jobId === undefined ? {} : { jobId }) };
  });
  const recordedAt = timestamp(now);
  await copyIn(
    em,
    `copy event (provider_id, seq, type, kind, subject, job_id, reason, recorded_at, data) from stdin (format binary)`,
    copyRows(
      stored.map(({ seq, type, kind, subject, reason, data }) => [
        head.providerId,
        bigint(seq),
        type,
        kind ?? null,
        subject ?? null,
        jobId ?? null,
        reason ?? null,
        recordedAt,
        data,
      ]),
    ),
  );
  return stored;
}

/** The event log as readers see it: the relay, the back-fill of a gap. */
export class EventLogStore {
  constructor(private readonly orm: MikroORM) {}

  /** Events with `seq > afterSeq` in order: at most `limit`, and no more than about `maxBytes` of bodies, but one at least. */
  async read(
    providerId: ProviderId,
    afterSeq: number,
    limit: number,
    maxBytes = 4 * MAX_PAGE_BYTES,
  ): Promise<StoredEvent[]> {
    await faultPoint('reconciler.log.before-read');
    const rows = await sql<EventRow>(
      this.orm.em.fork(),
      `select seq, type, kind, subject, job_id, reason, data,
         to_char(recorded_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time from (
         select *, sum(octet_length(data)) over (order by seq) - octet_length(data) as bytes_before
         from (select * from event where provider_id = $1 and seq > $2 order by seq limit $3) as page
       ) as sized
       where bytes_before < $4 order by seq`,
      [providerId, afterSeq, limit, maxBytes],
    );
    return rows.map(toStoredEvent);
  }

  /** The provider's last sequence number; 0 before its first event. */
  async head(providerId: ProviderId): Promise<number> {
    const [row] = await sql<{ seq: string }>(
      this.orm.em.fork(),
      `select seq from stream_head where provider_id = $1`,
      [providerId],
    );
    return Number(row?.seq ?? 0);
  }

  /** One bounded slice for another service. */
  async slice(providerId: ProviderId, after: number, limit: number): Promise<EventSlice> {
    const events = await this.read(providerId, after, Math.min(limit, 1000), MAX_PAGE_BYTES);
    // Read behind the events: what is missing among them is told, whatever is trimmed meanwhile.
    const [row] = await sql<{ seq: string; first_seq: string }>(
      this.orm.em.fork(),
      `select seq, first_seq from stream_head where provider_id = $1`,
      [providerId],
    );
    return { events, head: Number(row?.seq ?? 0), firstSeq: Number(row?.first_seq ?? 1) };
  }
}

function toStoredEvent(row: EventRow): StoredEvent {
  return {
    seq: Number(row.seq),
    type: row.type,
    time: row.time,
    data: row.data,
    ...(row.kind === null ? {} : { kind: row.kind }),
    ...(row.subject === null ? {} : { subject: row.subject }),
    ...(row.job_id === null ? {} : { jobId: row.job_id }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}
