import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { REQUEST } from '@catalogue-sync/contracts';
import type { RequestMap } from '@catalogue-sync/contracts';
import { JobQueries } from '../job/job-queries.js';
import { SyncCommands } from '../job/sync-commands.js';
import { readProviderId } from '../provider/provider-input.js';
import { readJobId, readLimit, readMode, readScopes, readTrigger } from './read-input.js';

type Request<P extends keyof RequestMap> = RequestMap[P][0];
type Reply<P extends keyof RequestMap> = Promise<RequestMap[P][1]>;

/** Requests about syncs. */
@Controller()
export class SyncController {
  constructor(
    @Inject(SyncCommands) private readonly commands: SyncCommands,
    @Inject(JobQueries) private readonly queries: JobQueries,
  ) {}

  @MessagePattern(REQUEST.startSync, Transport.NATS)
  async start(@Payload() request: Request<typeof REQUEST.startSync>): Reply<typeof REQUEST.startSync> {
    const providerId = readProviderId(request);
    const order = {
      providerId,
      mode: readMode(request.mode),
      trigger: readTrigger(request.trigger),
      ...(request.scopes === undefined ? {} : { scopes: readScopes(request.scopes) }),
    };
    const { jobId, started } = await this.commands.start(order);
    return { job: await this.queries.job(providerId, jobId), started };
  }

  @MessagePattern(REQUEST.retryJob, Transport.NATS)
  async retry(@Payload() request: Request<typeof REQUEST.retryJob>): Reply<typeof REQUEST.retryJob> {
    const providerId = readProviderId(request);
    const trigger = readTrigger(request.trigger);
    const { jobId, started } = await this.commands.retry(providerId, readJobId(request.jobId), trigger);
    return { job: await this.queries.job(providerId, jobId), started };
  }

  @MessagePattern(REQUEST.cancelSync, Transport.NATS)
  async cancel(@Payload() request: Request<typeof REQUEST.cancelSync>): Reply<typeof REQUEST.cancelSync> {
    const providerId = readProviderId(request);
    const jobId = await this.commands.cancel(providerId);
    return { job: await this.queries.job(providerId, jobId) };
  }

  @MessagePattern(REQUEST.getSyncStatus, Transport.NATS)
  async status(
    @Payload() request: Request<typeof REQUEST.getSyncStatus>,
  ): Reply<typeof REQUEST.getSyncStatus> {
    return this.queries.status(readProviderId(request));
  }

  @MessagePattern(REQUEST.listJobs, Transport.NATS)
  async list(@Payload() request: Request<typeof REQUEST.listJobs>): Reply<typeof REQUEST.listJobs> {
    const cursor = request.cursor === undefined ? undefined : readJobId(request.cursor, 'cursor');
    return this.queries.list(readProviderId(request), cursor, readLimit(request.limit));
  }

  @MessagePattern(REQUEST.getJob, Transport.NATS)
  async get(@Payload() request: Request<typeof REQUEST.getJob>): Reply<typeof REQUEST.getJob> {
    return this.queries.job(readProviderId(request), readJobId(request.jobId));
  }
}
