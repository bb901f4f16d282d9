import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  EVENT_TYPE,
  type HeldItem,
  type HeldRemoval,
  type JobId,
  type ProviderId,
  type RemovalState,
} from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** A hold as it is stored. */
export interface HoldRow extends Pick<
  HeldRemoval,
  'digest' | 'scope' | 'kind' | 'cause' | 'state' | 'count' | 'reason'
> {
  still_absent: number;
  job_id: JobId;
  created_at: Date;
  decided_at: Date | null;
  decided_by: string | null;
}

const HOLD_COLUMNS = `h.digest, h.scope, h.kind, h.cause, h.state, h.count, h.reason, h.job_id, h.created_at, h.decided_at,
  h.decided_by, case when h.state <> 'held' then 0
    when h.kind = 'category' then (select count(*) from category_state s where s.provider_id = h.provider_id
      and s.category_id = any(h.item_ids) and s.missing_since is not null)
    else (select count(*) from item_state s where s.provider_id = h.provider_id
      and s.item_id = any(h.item_ids) and s.missing_since is not null) end::int as still_absent`;

/** What operators read of held removals. */
export class HeldRemovals {
  constructor(private readonly orm: MikroORM) {}

  /** Newest first; `cursor` is what the page before gave. */
  async list(
    providerId: ProviderId,
    page: { state?: RemovalState; cursor?: string; limit: number },
  ): Promise<{ removals: HeldRemoval[]; nextCursor?: string }> {
    const [at, digest] = readCursor(page.cursor);
    const rows = await sql<HoldRow & { position: string }>(
      this.orm.em.fork(),
      `select ${HOLD_COLUMNS}, h.created_at::text as position from removal_hold h
       where h.provider_id = $1 and ($2::text is null or h.state = $2)
         and ($3::timestamptz is null or (h.created_at, h.digest) < ($3::timestamptz, $4))
       order by h.created_at desc, h.digest desc limit $5`,
      [providerId, page.state ?? null, at, digest, page.limit + 1],
    );
    const removals = rows.slice(0, page.limit);
    const last = removals.at(-1);
    return {
      removals: removals.map(toHeldRemoval),
      ...(rows.length > page.limit && last ? { nextCursor: `${last.position} ${last.digest}` } : {}),
    };
  }

  /** One held removal and what it holds, by id; the names are those of each item's last event. Throws `removal-not-found`. */
  async get(
    providerId: ProviderId,
    digest: string,
    page: { cursor?: string; limit: number },
  ): Promise<{ removal: HeldRemoval; items: HeldItem[]; nextCursor?: string }> {
    const em = this.orm.em.fork();
    const removal = toHeldRemoval(await requireHold(em, providerId, digest));
    const table = removal.kind === 'category' ? 'category_state' : 'item_state';
    const id = removal.kind === 'category' ? 'category_id' : 'item_id';
    const rows = await sql<{ id: string; absent: boolean; name: string | null }>(
      em,
      `with page as (
         select held.id from removal_hold h, unnest(h.item_ids) as held (id)
         where h.provider_id = $1 and h.digest = $2 and held.id > $3 order by held.id limit $4)
       select page.id, s.missing_since is not null as absent,
         (select e.data::json ->> 'name' from event e where e.provider_id = $1 and e.subject = page.id and e.type = any($5)
          order by e.seq desc limit 1) as name
       from page left join ${table} s on s.provider_id = $1 and s.${id} = page.id order by page.id`,
      [providerId, digest, page.cursor ?? '', page.limit + 1, NAMED_EVENTS],
    );
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    return {
      removal,
      items: items.map((row) => ({
        id: row.id,
        absent: row.absent,
        ...(row.name === null ? {} : { name: row.name }),
      })),
      ...(rows.length > page.limit && last ? { nextCursor: last.id } : {}),
    };
  }
}

const NAMED_EVENTS = [
  EVENT_TYPE.itemAdded,
  EVENT_TYPE.itemUpdated,
  EVENT_TYPE.categoryAdded,
  EVENT_TYPE.categoryUpdated,
];

/** The hold with this digest. Throws `removal-not-found`. */
export async function requireHold(
  em: SqlEntityManager,
  providerId: ProviderId,
  digest: string,
): Promise<HoldRow> {
  const [row] = await sql<HoldRow>(
    em,
    `select ${HOLD_COLUMNS} from removal_hold h where h.provider_id = $1 and h.digest = $2`,
    [providerId, digest],
  );
  if (row) return row;
  throw new CatalogueSyncError(
    ERROR_CODE.removalNotFound,
    'This provider holds no removal with that digest. List its removals to see them.',
  );
}

export function toHeldRemoval(row: HoldRow): HeldRemoval {
  return {
    digest: row.digest,
    scope: row.scope,
    kind: row.kind,
    cause: row.cause,
    state: row.state,
    count: row.count,
    stillAbsent: row.still_absent,
    reason: row.reason,
    jobId: row.job_id,
    createdAt: new Date(row.created_at).toISOString(),
    ...(row.decided_at === null ? {} : { decidedAt: new Date(row.decided_at).toISOString() }),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
  };
}

/** As Postgres writes a moment. */
const WRITTEN_MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/;

function readCursor(cursor: string | undefined): [at: string | null, digest: string] {
  if (cursor === undefined) return [null, ''];
  const split = cursor.lastIndexOf(' ');
  const at = cursor.slice(0, split);
  if (WRITTEN_MOMENT.test(at)) return [at, cursor.slice(split + 1)];
  throw new CatalogueSyncError(
    ERROR_CODE.invalidRequest,
    'That cursor was not given by this list. Start again without one.',
    { field: 'cursor' },
  );
}
