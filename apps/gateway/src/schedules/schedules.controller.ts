import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CatalogueSyncError, ERROR_CODE, REQUEST, type ScheduleSettings } from '@catalogue-sync/contracts';
import {
  CreateScheduleBody,
  PreviewScheduleBody,
  ProviderParams,
  ScheduleDto,
  ScheduleListDto,
  ScheduleParams,
  SchedulePreviewDto,
  ScheduleSuggestionDto,
  UpdateScheduleBody,
} from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';

/** When providers are synced by themselves. */
@ApiTags('schedules')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such provider or schedule.',
  503: 'A service does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/providers/:id/schedules')
export class SchedulesController {
  constructor(private readonly services: RequestClient) {}

  @Get()
  @ApiOperation({ operationId: 'listSchedules', summary: 'The schedules of a provider, in words and times' })
  @ApiOkResponse({ type: ScheduleListDto })
  list(@Param() { id }: ProviderParams): Promise<ScheduleListDto> {
    return this.services.send(REQUEST.listSchedules, { providerId: id });
  }

  @Get('suggestion')
  @ApiOperation({
    operationId: 'suggestSchedule',
    summary: 'How often to sync, judged by what the past syncs found',
  })
  @ApiOkResponse({ type: ScheduleSuggestionDto })
  async suggest(@Param() { id }: ProviderParams): Promise<ScheduleSuggestionDto> {
    // Whether there is such a provider is its owner's word.
    await this.services.send(REQUEST.getProvider, { providerId: id });
    return this.services.send(REQUEST.suggestSchedule, { providerId: id });
  }

  @Post()
  @RequiresScope('operate')
  @ApiOperation({ operationId: 'createSchedule', summary: 'Add a schedule' })
  @ApiCreatedResponse({ type: ScheduleDto, headers: { Location: { schema: { type: 'string' } } } })
  async create(
    @Param() { id }: ProviderParams,
    @Body() body: CreateScheduleBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleDto> {
    const schedule = await this.services.send(REQUEST.createSchedule, {
      ...settingsOf(body),
      providerId: id,
    });
    void reply.header('location', `/api/providers/${id}/schedules/${schedule.id}`);
    return schedule;
  }

  @Post('preview')
  @RequiresScope('operate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'previewSchedule',
    summary: 'When a schedule would run; nothing is saved',
  })
  @ApiOkResponse({ type: SchedulePreviewDto })
  preview(
    @Param() _params: ProviderParams,
    @Body() { cron, timeZone, count }: PreviewScheduleBody,
  ): Promise<SchedulePreviewDto> {
    return this.services.send(REQUEST.previewSchedule, { cron, timeZone, count });
  }

  @Patch(':schedule')
  @RequiresScope('operate')
  @ApiOperation({
    operationId: 'updateSchedule',
    summary: 'Change, pause or resume a schedule',
    description: 'The next run is reckoned from now on. A run that is overdue still comes.',
  })
  @ApiOkResponse({ type: ScheduleDto })
  update(@Param() { id, schedule }: ScheduleParams, @Body() body: UpdateScheduleBody): Promise<ScheduleDto> {
    const order = { ...settingsOf(body), providerId: id, scheduleId: schedule };
    return this.services.send(REQUEST.updateSchedule, order);
  }

  @Delete(':schedule')
  @RequiresScope('operate')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteSchedule', summary: 'Delete a schedule' })
  @ApiNoContentResponse()
  async delete(@Param() { id, schedule }: ScheduleParams): Promise<void> {
    const order = { providerId: id, scheduleId: schedule };
    const { deleted } = await this.services.send(REQUEST.deleteSchedule, order);
    if (deleted) return;
    throw new CatalogueSyncError(
      ERROR_CODE.scheduleNotFound,
      'There is no such schedule at this provider: list its schedules anew.',
    );
  }
}

/** The settings that are given. */
function settingsOf(body: UpdateScheduleBody): Partial<ScheduleSettings> {
  const { cron, timeZone, jitterSeconds, mode, paused } = body;
  return {
    ...(cron === undefined ? {} : { cron }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(jitterSeconds === undefined ? {} : { jitterSeconds }),
    ...(mode === undefined ? {} : { mode }),
    ...(paused === undefined ? {} : { paused }),
  };
}
