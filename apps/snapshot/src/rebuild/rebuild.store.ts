import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, Rebuild, RebuildReport } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { isoText } from '../store/iso-text.js';

/** A rebuild holds its provider's lease to the end: one whose lease ran out, or is another's, died with its replica. */
const IS_DEAD = `state = 'running'
  and not exists (select from lease where name = 'fold:' || provider_id and token = lease_token and expires_at > now())`;

interface RebuildRow {
  state: Rebuild['state'];
  events_read: string;
  events_total: string;
  started_at: string;
  report: RebuildReport | null;
  reason: string | null;
}

/** The last rebuild of each provider. */
export class RebuildStore {
  async read(em: SqlEntityManager, provider: ProviderId): Promise<Rebuild | undefined> {
    const [row] = await sql<RebuildRow>(
      em,
      `select case when ${IS_DEAD} then 'failed' else state end as state,
              events_read, events_total, ${isoText('started_at')} as started_at, report,
              case when state = 'running' then 'Its replica went away: start it again.' else reason end as reason
         from rebuild where provider_id = $1`,
      [provider],
    );
    return row && rebuildOf(row);
  }

  async begin(
    em: SqlEntityManager,
    provider: ProviderId,
    eventsTotal: number,
    leaseToken: number,
  ): Promise<void> {
    await sql(
      em,
      `insert into rebuild (provider_id, state, events_total, lease_token) values ($1, 'running', $2, $3)
         on conflict (provider_id) do update
         set state = 'running', lease_token = excluded.lease_token, events_read = 0, events_total = excluded.events_total, started_at = now(), updated_at = now(),
             report = null, reason = null`,
      [provider, eventsTotal, leaseToken],
    );
  }

  async progress(em: SqlEntityManager, provider: ProviderId, eventsRead: number): Promise<void> {
    await sql(em, `update rebuild set events_read = $2, updated_at = now() where provider_id = $1`, [
      provider,
      eventsRead,
    ]);
  }

  async done(em: SqlEntityManager, provider: ProviderId, report: RebuildReport): Promise<void> {
    await sql(
      em,
      `update rebuild set state = 'done', events_read = events_total, report = $2, updated_at = now() where provider_id = $1`,
      [provider, JSON.stringify(report)],
    );
  }

  async failed(em: SqlEntityManager, provider: ProviderId, reason: string): Promise<void> {
    await sql(
      em,
      `update rebuild set state = 'failed', reason = $2, updated_at = now() where provider_id = $1 and state = 'running'`,
      [provider, reason],
    );
  }
}

function rebuildOf(row: RebuildRow): Rebuild {
  return {
    state: row.state,
    eventsRead: Number(row.events_read),
    eventsTotal: Number(row.events_total),
    startedAt: row.started_at,
    ...(row.report === null ? {} : { report: row.report }),
    ...(row.state !== 'failed' || row.reason === null ? {} : { reason: row.reason }),
  };
}
