import type { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type DeadLetter,
  type ProviderId,
  type Scope,
} from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

interface DeadLetterRow {
  id: string;
  type: string;
  reason: string;
  parked_at: Date;
  scope: Scope | null;
  run_token: string | null;
  ordinal: number | null;
  replayed_at: Date | null;
}

/** What operators read of messages that could not be handled. */
export class DeadLetterList {
  constructor(private readonly orm: MikroORM) {}

  /** Newest first; `cursor` is what the page before gave. */
  async list(
    providerId: ProviderId,
    page: { cursor?: string; limit: number },
  ): Promise<{ deadLetters: DeadLetter[]; nextCursor?: string }> {
    const rows = await sql<DeadLetterRow>(
      this.orm.em.fork(),
      `select id, type, reason, parked_at, scope, run_token, ordinal, replayed_at from dead_letter
       where provider_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
      [providerId, page.cursor === undefined ? null : readDeadLetterId(page.cursor), page.limit + 1],
    );
    const found = rows.slice(0, page.limit);
    const last = found.at(-1);
    return {
      deadLetters: found.map(toDeadLetter),
      ...(rows.length > page.limit && last ? { nextCursor: last.id } : {}),
    };
  }
}

/** Reads the id of a dead letter. Throws `invalid-request`. */
export function readDeadLetterId(id: unknown): string {
  if (typeof id === 'string' && /^\d{1,18}$/.test(id)) return id;
  throw new CatalogueSyncError(
    ERROR_CODE.invalidRequest,
    'Give the number of a dead letter, as the list shows it.',
    { field: 'id' },
  );
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: String(row.id),
    type: row.type,
    reason: row.reason,
    parkedAt: new Date(row.parked_at).toISOString(),
    ...(row.scope === null ? {} : { scope: row.scope }),
    ...(row.run_token === null ? {} : { runToken: Number(row.run_token) }),
    ...(row.ordinal === null ? {} : { ordinal: row.ordinal }),
    ...(row.replayed_at === null ? {} : { replayedAt: new Date(row.replayed_at).toISOString() }),
  };
}
