import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { HeldSet, JobId, ProviderId, RemovalHeld, SyncFinished } from '@catalogue-sync/contracts';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import { noticeOfHold, noticeOfSync } from '../notice/notice.js';
import { putNotice } from '../notice/notice.store.js';

/** Turns facts into notices, each in one transaction: a fact that comes twice changes nothing. */
export class TakeFacts {
  constructor(
    private readonly orm: MikroORM,
    private readonly clock: DatabaseClock,
  ) {}

  /** From now on the provider is watched for syncs that do not come. `at`: when it was said, ISO 8601. */
  async started(providerId: ProviderId, at: string): Promise<void> {
    await watch(this.orm.em.fork(), providerId, at);
  }

  async finished(fact: SyncFinished, at: string): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      const now = await this.clock.now(em);
      const told = await sql(
        em,
        `insert into told_sync (job_id, told_at) values ($1, to_timestamp($2::float8 / 1000))
         on conflict do nothing returning job_id`,
        [fact.jobId, now],
      );
      if (told.length === 0) return;
      const holds = await sql<{ held: HeldSet }>(
        em,
        'delete from pending_hold where job_id = $1 returning held',
        [fact.jobId],
      );
      await watch(em, fact.providerId, at);
      const recovered = await noteOutcome(em, fact, at);
      const heldRemovals = holds.map(({ held }) => held);
      await putNotice(em, noticeOfSync(fact, at, { heldRemovals, recovered }), now);
    });
  }

  /** Waits for the end of its sync, so that one sync is one message; when that was told already, it is told by itself. */
  async held({ providerId, jobId, ...held }: RemovalHeld, at: string): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      if (await wasTold(em, jobId)) {
        await putNotice(em, noticeOfHold(jobId, providerId, at, held), await this.clock.now(em));
        return;
      }
      await sql(
        em,
        `insert into pending_hold (job_id, digest, provider_id, held_at, held) values ($1, $2, $3, $4, $5)
         on conflict do nothing`,
        [jobId, held.digest, providerId, at, JSON.stringify(held)],
      );
    });
  }

  async purged(providerId: ProviderId): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      await watch(em, providerId, new Date(await this.clock.now(em)).toISOString());
      await sql(em, 'update provider_watch set gone = true where provider_id = $1', [providerId]);
      await sql(em, 'delete from pending_hold where provider_id = $1', [providerId]);
    });
  }
}

async function watch(em: SqlEntityManager, providerId: ProviderId, at: string): Promise<void> {
  await sql(
    em,
    'insert into provider_watch (provider_id, since) values ($1, $2::timestamptz) on conflict do nothing',
    [providerId, at],
  );
}

async function wasTold(em: SqlEntityManager, jobId: JobId): Promise<boolean> {
  return (await sql(em, 'select job_id from told_sync where job_id = $1', [jobId])).length > 0;
}

/** Whether the provider is well again: a complete sync after a failed one, or after it was stale. */
async function noteOutcome(
  em: SqlEntityManager,
  { providerId, outcome }: SyncFinished,
  at: string,
): Promise<boolean> {
  if (outcome === 'failed')
    await sql(em, 'update provider_watch set troubled = true where provider_id = $1', [providerId]);
  if (outcome !== 'completed') return false;
  const [before] = await sql<{ troubled: boolean }>(
    em,
    'select troubled from provider_watch where provider_id = $1 for update',
    [providerId],
  );
  await sql(
    em,
    `update provider_watch set troubled = false, stale = false,
       last_success_at = greatest(last_success_at, $2::timestamptz) where provider_id = $1`,
    [providerId, at],
  );
  return before?.troubled === true;
}
