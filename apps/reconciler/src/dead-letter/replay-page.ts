import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  PAGE_HEADER,
  PAGE_MESSAGE_TYPE,
  REQUEST,
  subjects,
  type JobId,
  type ProviderId,
  type Scope,
} from '@catalogue-sync/contracts';
import type { MessagePublisher, RequestClient } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';
import { lockHead } from '../stream-head/stream-head.store.js';
import { freeParkedPage } from '../sweep/sweep-page.store.js';
import { findSweep } from '../sweep/sweep.store.js';

interface ParkedPage {
  message_id: string;
  run_token: string | null;
  ordinal: number | null;
  scope: Scope | null;
  job_id: JobId | null;
  row_type: string | null;
  row_count: number | null;
  mode: string | null;
  body: Buffer | null;
}

/**
 * Gives a parked page another chance. While its run is still being taken in, the page goes back into the queue and its place in the run
 * is free again; when the run is over, what it read is old: the scope is synced anew instead (I11).
 */
export class ReplayPage {
  constructor(
    private readonly orm: MikroORM,
    private readonly publisher: MessagePublisher,
    private readonly requests: Pick<RequestClient, 'send'>,
  ) {}

  /** Throws `dead-letter-not-found`, and whatever starting a sync may throw. */
  async run(
    providerId: ProviderId,
    id: string,
    trigger: string,
  ): Promise<{ outcome: 'replayed' | 'sync-started'; jobId?: JobId }> {
    const em = this.orm.em.fork();
    const { replayed, scope } = await em.transactional(async (inside) => {
      await lockHead(inside, providerId);
      const page = await findParked(inside, providerId, id);
      const back = await this.putBack(inside, providerId, id, page);
      if (back) await noteReplayed(inside, providerId, id);
      return { replayed: back, scope: page.scope };
    });
    if (replayed) return { outcome: 'replayed' };
    const { job } = await this.requests.send(REQUEST.startSync, {
      providerId,
      mode: 'full',
      trigger,
      ...(scope === null ? {} : { scopes: [scope] }),
    });
    await noteReplayed(em, providerId, id);
    return { outcome: 'sync-started', jobId: job.id };
  }

  /** Published before the commit: the head is locked, so the page is not looked at until its place is free. False when its run is over. */
  private async putBack(
    em: SqlEntityManager,
    providerId: ProviderId,
    id: string,
    page: ParkedPage,
  ): Promise<boolean> {
    const { run_token: token, ordinal, scope, job_id: jobId, body } = page;
    if (token === null || ordinal === null || scope === null || jobId === null || body === null) return false;
    const sweep = await findSweep(em, providerId, Number(token));
    if (sweep?.state !== 'open') return false;
    if (!(await freeParkedPage(em, sweep, ordinal))) return false;
    await this.publisher.publish({
      subject: subjects.page(providerId, scope),
      type: PAGE_MESSAGE_TYPE.pageFetched,
      messageId: `${page.message_id}:replay:${id}`,
      providerId,
      jobId,
      headers: {
        [PAGE_HEADER.scope]: scope,
        [PAGE_HEADER.runToken]: token,
        [PAGE_HEADER.ordinal]: String(ordinal),
        [PAGE_HEADER.rowType]: page.row_type ?? '',
        [PAGE_HEADER.rowCount]: String(page.row_count ?? 0),
        [PAGE_HEADER.mode]: page.mode ?? 'full',
      },
      body,
    });
    return true;
  }
}

async function noteReplayed(em: SqlEntityManager, providerId: ProviderId, id: string): Promise<void> {
  await sql(em, `update dead_letter set replayed_at = now() where provider_id = $1 and id = $2`, [
    providerId,
    id,
  ]);
}

async function findParked(em: SqlEntityManager, providerId: ProviderId, id: string): Promise<ParkedPage> {
  const [page] = await sql<ParkedPage>(
    em,
    `select message_id, run_token, ordinal, scope, job_id, row_type, row_count, mode, body
     from dead_letter where provider_id = $1 and id = $2`,
    [providerId, id],
  );
  if (page) return page;
  throw new CatalogueSyncError(
    ERROR_CODE.deadLetterNotFound,
    'This provider has no such dead letter. List its dead letters to see them.',
  );
}
