import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { REQUEST, type RequestMap } from '@catalogue-sync/contracts';
import { FollowProviders } from '../provider/follow-providers.js';
import { Schedules } from '../schedule/schedules.js';
import { SuggestSchedule } from '../suggestion/suggest-schedule.js';
import { readInteger, readProviderId, readScheduleId, readSettings, readText } from './read-request.js';

type Request<P extends keyof RequestMap> = RequestMap[P][0];
type Reply<P extends keyof RequestMap> = Promise<RequestMap[P][1]>;

const PREVIEW_AT_MOST = 50;

/** Requests about schedules. */
@Controller()
export class ScheduleRequestsController {
  constructor(
    @Inject(FollowProviders) private readonly providers: FollowProviders,
    @Inject(Schedules) private readonly schedules: Schedules,
    @Inject(SuggestSchedule) private readonly suggestSchedule: SuggestSchedule,
  ) {}

  @MessagePattern(REQUEST.listSchedules, Transport.NATS)
  async list(@Payload() request: Request<typeof REQUEST.listSchedules>): Reply<typeof REQUEST.listSchedules> {
    const providerId = readProviderId(request.providerId);
    await this.providers.meet(providerId);
    return { schedules: await this.schedules.list(providerId) };
  }

  @MessagePattern(REQUEST.createSchedule, Transport.NATS)
  async create(
    @Payload() request: Request<typeof REQUEST.createSchedule>,
  ): Reply<typeof REQUEST.createSchedule> {
    return this.schedules.create(readProviderId(request.providerId), readSettings(request));
  }

  @MessagePattern(REQUEST.updateSchedule, Transport.NATS)
  async update(
    @Payload() request: Request<typeof REQUEST.updateSchedule>,
  ): Reply<typeof REQUEST.updateSchedule> {
    const id = readScheduleId(request.scheduleId);
    return this.schedules.update(readProviderId(request.providerId), id, readSettings(request));
  }

  @MessagePattern(REQUEST.deleteSchedule, Transport.NATS)
  async delete(
    @Payload() request: Request<typeof REQUEST.deleteSchedule>,
  ): Reply<typeof REQUEST.deleteSchedule> {
    const id = readScheduleId(request.scheduleId);
    return { deleted: await this.schedules.delete(readProviderId(request.providerId), id) };
  }

  @MessagePattern(REQUEST.previewSchedule, Transport.NATS)
  async preview(
    @Payload() request: Request<typeof REQUEST.previewSchedule>,
  ): Reply<typeof REQUEST.previewSchedule> {
    const rhythm = { cron: readText(request.cron, 'cron'), timeZone: readText(request.timeZone, 'timeZone') };
    const count = readInteger(request.count, 'count', 1, PREVIEW_AT_MOST);
    return this.schedules.preview(rhythm, count);
  }

  @MessagePattern(REQUEST.suggestSchedule, Transport.NATS)
  async suggest(
    @Payload() request: Request<typeof REQUEST.suggestSchedule>,
  ): Reply<typeof REQUEST.suggestSchedule> {
    return this.suggestSchedule.run(readProviderId(request.providerId));
  }
}
