import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  isProviderId,
  type EventSlice,
  type JobId,
  type ProviderId,
  type RequestMap,
  type SweepReport,
} from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { DeleteCatalogue } from '../deletion/delete-catalogue.js';
import { EventLogStore } from '../event-log/event-log.store.js';
import { sweepsOfJob } from '../sweep/sweep.store.js';

/** What other services ask the reconciler. */
@Controller()
export class ReconcilerRequestsController {
  constructor(
    @Inject(MikroORM) private readonly orm: MikroORM,
    @Inject(EventLogStore) private readonly events: EventLogStore,
    @Inject(DeleteCatalogue) private readonly deleteCatalogue: DeleteCatalogue,
  ) {}

  @MessagePattern(REQUEST.getSweep, Transport.NATS)
  async getSweep(@Payload() request: RequestMap[typeof REQUEST.getSweep][0]): Promise<SweepReport> {
    const providerId = known(request.providerId);
    const em = this.orm.em.fork();
    const sweeps = await sweepsOfJob(em, providerId, textOf(request.jobId, 'jobId') as JobId);
    const [job] = await sql<{ reconciled_seq: string | null }>(
      em,
      `select reconciled_seq from reconciled_job where provider_id = $1 and job_id = $2`,
      [providerId, request.jobId],
    );
    return {
      scopes: sweeps
        .filter((sweep) => sweep.state !== 'superseded')
        .map((sweep) => ({
          scope: sweep.scope,
          runToken: sweep.runToken,
          pages: sweep.pages,
          itemRows: sweep.itemRows,
          closed: sweep.state === 'closed',
          counts: sweep.counts,
          ...(sweep.outcome === undefined ? {} : { outcome: sweep.outcome }),
          ...(sweep.reason === undefined ? {} : { reason: sweep.reason }),
        })),
      jobReconciled: job?.reconciled_seq != null,
    };
  }

  @MessagePattern(REQUEST.getEvents, Transport.NATS)
  getEvents(@Payload() request: RequestMap[typeof REQUEST.getEvents][0]): Promise<EventSlice> {
    const { after, limit } = request;
    if (!Number.isSafeInteger(after) || after < 0 || !Number.isSafeInteger(limit) || limit < 1) {
      throw new CatalogueSyncError(ERROR_CODE.invalidRequest, '`after` counts from 0 and `limit` from 1.');
    }
    return this.events.slice(known(request.providerId), after, limit);
  }

  @MessagePattern(REQUEST.deleteCatalogue, Transport.NATS)
  async delete(
    @Payload() request: RequestMap[typeof REQUEST.deleteCatalogue][0],
  ): Promise<{ done: boolean }> {
    await this.deleteCatalogue.run(known(request.providerId));
    return { done: true };
  }
}

function known(value: unknown): ProviderId {
  if (isProviderId(value)) return value;
  throw new CatalogueSyncError(ERROR_CODE.invalidRequest, 'That is not the id of a provider.', {
    field: 'providerId',
  });
}

function textOf(value: unknown, field: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 100) return value;
  throw new CatalogueSyncError(ERROR_CODE.invalidRequest, `\`${field}\` is missing.`, { field });
}
