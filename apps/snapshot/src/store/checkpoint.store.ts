import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, Scope } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { FoldPlan } from '../fold/plan-fold.js';

/** Where the fold of a provider stands. */
export interface Checkpoint {
  state: 'active' | 'deleted';
  /** Last folded sequence number. */
  seq: number;
  /** Where that event stands in JetStream; a hint, not to be trusted without a look. */
  streamSeq: number | undefined;
  /** The last version sealed; 0 before the first. */
  version: number;
  /** The fold is whole from this position on: before it, it lacks what was trimmed from the log. */
  wholeFrom: number;
  /** Since that version. */
  counts: { added: number; updated: number; removed: number };
  imageBaseUrl: string | undefined;
  incompleteScopes: Scope[];
}

/** The end of a job, as the checkpoint remembers it. */
export interface JobMark {
  seq: number;
  streamSeq: number | undefined;
  version: number;
  jobId: string;
  changed: boolean;
  imageBaseUrl: string | undefined;
  incompleteScopes: readonly Scope[];
}

interface CheckpointRow {
  state: Checkpoint['state'];
  seq: string;
  stream_seq: string | null;
  version: number;
  whole_from: string;
  items_added: number;
  items_updated: number;
  items_removed: number;
  image_base_url: string | null;
  incomplete_scopes: Scope[];
}

const COLUMNS = `state, seq, stream_seq, version, whole_from, items_added, items_updated, items_removed, image_base_url, incomplete_scopes`;

/** The position of the fold; every write stands in the transaction of its effect. */
export class CheckpointStore {
  /** The checkpoint, locked until the transaction ends; made when the provider is new. */
  async lock(em: SqlEntityManager, provider: ProviderId): Promise<Checkpoint> {
    const read = () =>
      sql<CheckpointRow>(em, `select ${COLUMNS} from checkpoint where provider_id = $1 for update`, [
        provider,
      ]);
    let [row] = await read();
    if (row === undefined) {
      await sql(em, `insert into checkpoint (provider_id) values ($1) on conflict do nothing`, [provider]);
      [row] = await read();
    }
    return checkpoint(row!);
  }

  /** The checkpoint as last committed; undefined for a provider that was never folded. */
  async read(em: SqlEntityManager, provider: ProviderId): Promise<Checkpoint | undefined> {
    const [row] = await sql<CheckpointRow>(em, `select ${COLUMNS} from checkpoint where provider_id = $1`, [
      provider,
    ]);
    return row && checkpoint(row);
  }

  /** Notes that the log lacks superseded events before `position`: no version is sealed until the fold is there. */
  async noteTrimmed(em: SqlEntityManager, provider: ProviderId, position: number): Promise<void> {
    await sql(em, `update checkpoint set whole_from = greatest(whole_from, $2) where provider_id = $1`, [
      provider,
      position,
    ]);
  }

  /** Moves past events whose net effect is `plan`. */
  async advance(
    em: SqlEntityManager,
    provider: ProviderId,
    to: { seq: number; streamSeq: number | undefined },
    plan?: FoldPlan,
  ): Promise<void> {
    const { totals, counts } = plan ?? {
      totals: { channel: 0, movie: 0, series: 0 },
      counts: { added: 0, updated: 0, removed: 0 },
    };
    await sql(
      em,
      `update checkpoint set seq = $2, stream_seq = $3, updated_at = now(),
              total_channels = total_channels + $4, total_movies = total_movies + $5, total_series = total_series + $6,
              items_added = items_added + $7, items_updated = items_updated + $8, items_removed = items_removed + $9
        where provider_id = $1`,
      [
        provider,
        to.seq,
        to.streamSeq ?? null,
        totals.channel,
        totals.movie,
        totals.series,
        counts.added,
        counts.updated,
        counts.removed,
      ],
    );
  }

  /** Moves past a `JobReconciled`; the counts begin anew behind the version that stands there. */
  async endJob(em: SqlEntityManager, provider: ProviderId, mark: JobMark): Promise<void> {
    await sql(
      em,
      `update checkpoint set seq = $2, stream_seq = $3, version = $4, last_job_id = $5, last_job_changed = $6,
              image_base_url = $7, incomplete_scopes = $8, items_added = 0, items_updated = 0, items_removed = 0, updated_at = now()
        where provider_id = $1`,
      [
        provider,
        mark.seq,
        mark.streamSeq ?? null,
        mark.version,
        mark.jobId,
        mark.changed,
        mark.imageBaseUrl ?? null,
        mark.incompleteScopes,
      ],
    );
  }

  /** Moves past a `JobReconciled` at which no version can be sealed; the counts go on. */
  async passJob(
    em: SqlEntityManager,
    provider: ProviderId,
    mark: Pick<JobMark, 'seq' | 'streamSeq' | 'imageBaseUrl' | 'incompleteScopes'>,
  ): Promise<void> {
    await sql(
      em,
      `update checkpoint set seq = $2, stream_seq = $3, image_base_url = $4, incomplete_scopes = $5, updated_at = now()
        where provider_id = $1`,
      [provider, mark.seq, mark.streamSeq ?? null, mark.imageBaseUrl ?? null, mark.incompleteScopes],
    );
  }

  /** Counts the items anew. */
  async recount(em: SqlEntityManager, provider: ProviderId): Promise<void> {
    await sql(
      em,
      `update checkpoint set total_channels = t.channels, total_movies = t.movies, total_series = t.series
         from (select count(*) filter (where kind = 'channel') as channels, count(*) filter (where kind = 'movie') as movies,
                      count(*) filter (where kind = 'series') as series
                 from projected_item where provider_id = $1) t
        where provider_id = $1`,
      [provider],
    );
  }

  /** A version was made between two jobs; the counts begin anew behind it. */
  async newVersion(em: SqlEntityManager, provider: ProviderId, version: number): Promise<void> {
    await sql(
      em,
      `update checkpoint set version = $2, items_added = 0, items_updated = 0, items_removed = 0, updated_at = now()
        where provider_id = $1`,
      [provider, version],
    );
  }

  /** Turns the checkpoint into the tombstone of a deleted provider. */
  async bury(
    em: SqlEntityManager,
    provider: ProviderId,
    seq: number,
    streamSeq: number | undefined,
  ): Promise<void> {
    await sql(
      em,
      `update checkpoint set state = 'deleted', seq = $2, stream_seq = $3, total_channels = 0, total_movies = 0, total_series = 0,
              items_added = 0, items_updated = 0, items_removed = 0, image_base_url = null, incomplete_scopes = '{}', updated_at = now()
        where provider_id = $1`,
      [provider, seq, streamSeq ?? null],
    );
  }

  /** Remembers an event that could not be folded, and moves past it. */
  async park(
    em: SqlEntityManager,
    provider: ProviderId,
    event: { seq: number; streamSeq: number | undefined; type: string },
    reason: string,
  ): Promise<void> {
    await sql(
      em,
      `insert into parked_event (provider_id, seq, type, reason) values ($1, $2, $3, $4) on conflict do nothing`,
      [provider, event.seq, event.type, reason],
    );
    await this.advance(em, provider, event);
  }
}

function checkpoint(row: CheckpointRow): Checkpoint {
  return {
    state: row.state,
    seq: Number(row.seq),
    streamSeq: row.stream_seq === null ? undefined : Number(row.stream_seq),
    version: row.version,
    wholeFrom: Number(row.whole_from),
    counts: { added: row.items_added, updated: row.items_updated, removed: row.items_removed },
    imageBaseUrl: row.image_base_url ?? undefined,
    incompleteScopes: row.incomplete_scopes,
  };
}
