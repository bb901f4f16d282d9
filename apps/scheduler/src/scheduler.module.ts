import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { ClientProxyFactory } from '@nestjs/microservices';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { RecurringWork, type Recurring } from '@catalogue-sync/hosting';
import { RequestClient, natsClient } from '@catalogue-sync/messaging';
import { DatabaseClock, createOrm, migrate } from '@catalogue-sync/persistence';
import { Connections } from './connections.js';
import { FollowProviders } from './provider/follow-providers.js';
import type { SchedulerConfig } from './scheduler.config.js';
import { migrations } from './schema/migrations.js';
import { SCHEDULER_SCHEMA } from './schema/schema-name.js';
import { ScheduleRequestsController } from './requests/schedule-requests.controller.js';
import { Schedules } from './schedule/schedules.js';
import { SuggestSchedule } from './suggestion/suggest-schedule.js';
import { RaiseTicks } from './tick/raise-ticks.js';
import { SendTicks } from './tick/send-ticks.js';
import { TrimTicks } from './tick/trim-ticks.js';

const TRIM_EVERY_MS = 3_600_000;

@Module({})
export class SchedulerModule {
  /** Opens the database (migrated), and puts the service together. */
  static async create(config: SchedulerConfig, clock = new DatabaseClock()): Promise<DynamicModule> {
    const orm = await createOrm({
      url: config.DATABASE_URL,
      schema: SCHEDULER_SCHEMA,
      entities: [],
      migrations,
    });
    await migrate(orm);
    const logger = new Logger('scheduler');
    const proxy = ClientProxyFactory.create(natsClient(config.NATS_URL, 'scheduler'));
    const requests = new RequestClient(proxy);
    const follow = new FollowProviders(orm, requests, clock, config.DEFAULT_TIME_ZONE);
    const warn = (line: string): void => logger.warn(line);
    const raise = new RaiseTicks(orm, clock, warn);
    const send = new SendTicks(orm, requests, clock, warn);
    const trim = new TrimTicks(orm, clock);
    const works: Recurring[] = [
      { name: 'raise-ticks', everyMs: config.LOOK_EVERY_MS, run: () => raise.run() },
      { name: 'send-ticks', everyMs: config.LOOK_EVERY_MS, run: () => send.run() },
      { name: 'follow-providers', everyMs: config.PROVIDERS_EVERY_MS, run: () => follow.run() },
      { name: 'trim-ticks', everyMs: TRIM_EVERY_MS, run: () => trim.run() },
    ];
    return {
      module: SchedulerModule,
      imports: [ScheduleModule.forRoot()],
      controllers: [ScheduleRequestsController],
      providers: [
        {
          provide: RecurringWork,
          inject: [SchedulerRegistry],
          useFactory: (registry: SchedulerRegistry) => new RecurringWork('scheduler', registry, works),
        },
        { provide: FollowProviders, useValue: follow },
        { provide: Schedules, useValue: new Schedules(orm, requests, clock) },
        { provide: SuggestSchedule, useValue: new SuggestSchedule(requests) },
        { provide: Connections, useValue: new Connections(orm, proxy) },
      ],
    };
  }
}
