import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CatalogueItem, ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** A provider's place in its log, held under lock for the length of a transaction. */
export interface LockedHead {
  readonly providerId: ProviderId;
  /** Last sequence number given. */
  seq: number;
  readonly deleted: boolean;
  /** Live items per kind; kept here so that no sync has to count the catalogue. */
  readonly totals: Record<ItemKind, number>;
  /** Per kind the newest moment at which the provider says an item was added or modified, ISO 8601. */
  readonly watermarks: Partial<Record<ItemKind, string>>;
}

interface HeadRow {
  seq: string;
  state: string;
  channels: number;
  movies: number;
  series: number;
  watermarks: Partial<Record<ItemKind, string>>;
}

/**
 * Locks the provider's head until the transaction ends, and creates it at the first touch. Every sequence number is given under this
 * lock, so commit order is sequence order (I2).
 */
export async function lockHead(em: SqlEntityManager, providerId: ProviderId): Promise<LockedHead> {
  await sql(em, `insert into stream_head (provider_id) values ($1) on conflict do nothing`, [providerId]);
  const [row] = await sql<HeadRow>(
    em,
    `select seq, state, channels, movies, series, watermarks from stream_head where provider_id = $1 for update`,
    [providerId],
  );
  if (!row) throw new Error('stream_head row vanished under its own lock');
  return {
    providerId,
    seq: Number(row.seq),
    deleted: row.state === 'deleted',
    totals: { channel: row.channels, movie: row.movies, series: row.series },
    watermarks: row.watermarks,
  };
}

/** Raises the watermarks to what the items say. They are of one form, so their texts sort like their times. */
export function raiseWatermarks(head: LockedHead, items: readonly CatalogueItem[]): void {
  for (const { kind, addedAt = '', modifiedAt = '' } of items) {
    const newest = modifiedAt > addedAt ? modifiedAt : addedAt;
    if (newest > (head.watermarks[kind] ?? '')) head.watermarks[kind] = newest;
  }
}

/** Writes the head back after events were appended. */
export async function saveHead(em: SqlEntityManager, head: LockedHead): Promise<void> {
  await sql(
    em,
    `update stream_head set seq = $2, channels = $3, movies = $4, series = $5, watermarks = $6 where provider_id = $1`,
    [
      head.providerId,
      head.seq,
      head.totals.channel,
      head.totals.movie,
      head.totals.series,
      JSON.stringify(head.watermarks),
    ],
  );
}
