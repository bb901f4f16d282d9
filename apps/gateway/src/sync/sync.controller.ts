import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { REQUEST } from '@catalogue-sync/contracts';
import {
  JobParams,
  PageQuery,
  ProviderParams,
  StartSyncBody,
  SyncJobDto,
  SyncJobListDto,
  SyncStatusDto,
} from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { RequiresScope } from '../security/requires-scope.js';

const TRIGGER = 'api';
const LOCATION = { Location: { schema: { type: 'string' as const } } };

@ApiTags('sync')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider or job.',
  503: 'A service does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id/sync')
export class SyncController {
  constructor(private readonly services: RequestClient) {}

  @Post()
  @RequiresScope('operate')
  @ApiOperation({ operationId: 'startSync', summary: 'Start a sync' })
  @ApiBody({ type: StartSyncBody, required: false })
  @ApiAcceptedResponse({ type: SyncJobDto, description: 'The job that was started.', headers: LOCATION })
  @ApiOkResponse({ type: SyncJobDto, description: 'The job that is already active.', headers: LOCATION })
  @ApiProblems({ 409: 'The provider is being deleted.' })
  async start(
    @Param() { id }: ProviderParams,
    @Body() { mode }: StartSyncBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SyncJobDto> {
    const { job, started } = await this.services.send(REQUEST.startSync, {
      providerId: id,
      mode,
      trigger: TRIGGER,
    });
    void reply.status(started ? 202 : 200).header('location', `/api/providers/${id}/sync/jobs/${job.id}`);
    return job;
  }

  @Get()
  @ApiOperation({
    operationId: 'getSyncStatus',
    summary: 'Totals, last syncs, and the active job with its progress',
  })
  @ApiOkResponse({ type: SyncStatusDto })
  status(@Param() { id }: ProviderParams): Promise<SyncStatusDto> {
    return this.services.send(REQUEST.getSyncStatus, { providerId: id });
  }

  @Delete()
  @RequiresScope('operate')
  @HttpCode(202)
  @ApiOperation({ operationId: 'cancelSync', summary: 'Cancel the active sync' })
  @ApiAcceptedResponse({ type: SyncJobDto })
  @ApiProblems({ 409: 'No sync is active.' })
  async cancel(@Param() { id }: ProviderParams): Promise<SyncJobDto> {
    return (await this.services.send(REQUEST.cancelSync, { providerId: id })).job;
  }

  @Get('jobs')
  @ApiOperation({ operationId: 'listSyncJobs', summary: 'The history of syncs, newest first' })
  @ApiOkResponse({ type: SyncJobListDto })
  async jobs(@Param() { id }: ProviderParams, @Query() query: PageQuery): Promise<SyncJobListDto> {
    const { jobs, nextCursor } = await this.services.send(REQUEST.listJobs, {
      providerId: id,
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: decodeCursor(query.cursor) }),
    });
    return { jobs, ...(nextCursor === undefined ? {} : { nextCursor: encodeCursor(nextCursor) }) };
  }

  @Post('jobs/:job/retry')
  @RequiresScope('operate')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'retrySyncJob',
    summary: 'Repeat the scopes of an ended sync that did not come through',
  })
  @ApiAcceptedResponse({ type: SyncJobDto, description: 'The job that was started.', headers: LOCATION })
  @ApiOkResponse({ type: SyncJobDto, description: 'The job that is already active.', headers: LOCATION })
  @ApiProblems({ 409: 'It has not ended, or every scope of it came through.' })
  async retry(
    @Param() { id, job: jobId }: JobParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SyncJobDto> {
    const order = { providerId: id, jobId, trigger: 'retry' };
    const { job, started } = await this.services.send(REQUEST.retryJob, order);
    void reply.status(started ? 202 : 200).header('location', `/api/providers/${id}/sync/jobs/${job.id}`);
    return job;
  }

  @Get('jobs/:job')
  @ApiOperation({ operationId: 'getSyncJob', summary: 'Show a sync job' })
  @ApiOkResponse({ type: SyncJobDto })
  job(@Param() { id, job }: JobParams): Promise<SyncJobDto> {
    return this.services.send(REQUEST.getJob, { providerId: id, jobId: job });
  }
}
