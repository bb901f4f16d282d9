import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { HeldSet, JobId, ProviderId, StaleNotice } from '@catalogue-sync/contracts';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import { noticeOfHold } from '../notice/notice.js';
import { putNotice } from '../notice/notice.store.js';

const HOUR_MS = 3_600_000;
/** A hold waits for the end of its sync no longer than any sync should take. */
const HOLD_WAITS_MS = 6 * HOUR_MS;
/** Rows taken up in one transaction. */
const AT_ONCE = 100;

interface Quiet {
  providerId: ProviderId;
  lastSuccessAt: string | null;
}
interface OverdueHold {
  providerId: ProviderId;
  jobId: JobId;
  heldAt: string;
  held: HeldSet;
}

/** Tells of what did not happen: providers without a complete sync for `staleHours`, and held removals whose sync never ended. */
export class WatchFreshness {
  constructor(
    private readonly orm: MikroORM,
    private readonly clock: DatabaseClock,
    private readonly staleHours: number,
  ) {}

  async run(): Promise<void> {
    await this.untilFewer((em, now) => this.tellStale(em, now));
    await this.untilFewer((em, now) => this.tellHolds(em, now));
  }

  private async untilFewer(some: (em: SqlEntityManager, now: number) => Promise<number>): Promise<void> {
    const turn = () => this.orm.em.fork().transactional(async (em) => some(em, await this.clock.now(em)));
    for (let last = AT_ONCE; last === AT_ONCE;) last = await turn();
  }

  private async tellStale(em: SqlEntityManager, now: number): Promise<number> {
    const quiet = await sql<Quiet>(
      em,
      `update provider_watch set stale = true, troubled = true where provider_id in (
         select provider_id from provider_watch
         where not stale and not gone and coalesce(last_success_at, since) < to_timestamp($1::float8 / 1000)
         limit ${AT_ONCE} for update skip locked)
       returning provider_id as "providerId", last_success_at as "lastSuccessAt"`,
      [now - this.staleHours * HOUR_MS],
    );
    const at = new Date(now).toISOString();
    for (const { providerId, lastSuccessAt } of quiet) {
      const since = lastSuccessAt === null ? undefined : new Date(lastSuccessAt).toISOString();
      const data: StaleNotice = {
        providerId,
        ...(since === undefined ? {} : { lastSuccessAt: since }),
        hours: this.staleHours,
      };
      const key = `stale:${providerId}:${since ?? 'never'}`;
      await putNotice(em, { key, providerId, types: ['provider.stale'], at, data }, now);
    }
    return quiet.length;
  }

  private async tellHolds(em: SqlEntityManager, now: number): Promise<number> {
    const overdue = await sql<OverdueHold>(
      em,
      `delete from pending_hold where (job_id, digest) in (
         select job_id, digest from pending_hold where held_at < to_timestamp($1::float8 / 1000)
         limit ${AT_ONCE} for update skip locked)
       returning provider_id as "providerId", job_id as "jobId", held_at as "heldAt", held`,
      [now - HOLD_WAITS_MS],
    );
    for (const { providerId, jobId, heldAt, held } of overdue) {
      await putNotice(em, noticeOfHold(jobId, providerId, new Date(heldAt).toISOString(), held), now);
    }
    return overdue.length;
  }
}
