import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  type EventSlice,
  type JobId,
  type RequestMap,
  type SweepReport,
} from '@catalogue-sync/contracts';
import { DeleteCatalogue } from '../deletion/delete-catalogue.js';
import { EventLogStore } from '../event-log/event-log.store.js';
import { isReconciled } from '../job/close-job.js';
import { lockHead } from '../stream-head/stream-head.store.js';
import { cancelSweeps, sweepsOfJob } from '../sweep/sweep.store.js';
import { readProviderId, readText } from './read-request.js';

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
    const providerId = readProviderId(request.providerId);
    const em = this.orm.em.fork();
    const sweeps = await sweepsOfJob(em, providerId, readText(request.jobId, 'jobId') as JobId);
    return {
      scopes: sweeps
        .filter((sweep) => sweep.state !== 'superseded')
        .map((sweep) => ({
          scope: sweep.scope,
          runToken: sweep.runToken,
          pages: sweep.pages,
          itemRows: sweep.itemRows,
          changed: sweep.changedRows,
          closed: sweep.state === 'closed',
          counts: sweep.counts,
          ...(sweep.outcome === undefined ? {} : { outcome: sweep.outcome }),
          ...(sweep.reason === undefined ? {} : { reason: sweep.reason }),
        })),
      jobReconciled: await isReconciled(em, providerId, request.jobId),
    };
  }

  @MessagePattern(REQUEST.getEvents, Transport.NATS)
  getEvents(@Payload() request: RequestMap[typeof REQUEST.getEvents][0]): Promise<EventSlice> {
    const { after, limit } = request;
    if (!Number.isSafeInteger(after) || after < 0 || !Number.isSafeInteger(limit) || limit < 1) {
      throw new CatalogueSyncError(ERROR_CODE.invalidRequest, '`after` counts from 0 and `limit` from 1.');
    }
    return this.events.slice(readProviderId(request.providerId), after, limit);
  }

  /** The provider's head is locked: a batch that is being taken in is taken in whole, and none after it. */
  @MessagePattern(REQUEST.cancelJob, Transport.NATS)
  async cancelJob(@Payload() request: RequestMap[typeof REQUEST.cancelJob][0]): Promise<{ done: boolean }> {
    const providerId = readProviderId(request.providerId);
    const jobId = readText(request.jobId, 'jobId') as JobId;
    await this.orm.em.fork().transactional(async (em) => {
      const head = await lockHead(em, providerId);
      if (head.deleted || (await isReconciled(em, providerId, jobId))) return;
      await cancelSweeps(em, providerId, jobId);
    });
    return { done: true };
  }

  @MessagePattern(REQUEST.deleteCatalogue, Transport.NATS)
  async delete(
    @Payload() request: RequestMap[typeof REQUEST.deleteCatalogue][0],
  ): Promise<{ done: boolean }> {
    await this.deleteCatalogue.run(readProviderId(request.providerId));
    return { done: true };
  }
}
