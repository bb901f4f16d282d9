import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { RecurringWork, type Recurring } from '@catalogue-sync/hosting';
import { connectNats, provisionStreams } from '@catalogue-sync/messaging';
import { CredentialCipher, DatabaseClock, createOrm, migrate } from '@catalogue-sync/persistence';
import { AllowedPrivateHosts } from '@catalogue-sync/providers';
import { WebhookChannel } from './channel/webhook.channel.js';
import { Connections, NATS_CONNECTION } from './connections.js';
import { Deliver } from './delivery/deliver.js';
import { Deliveries } from './delivery/deliveries.js';
import { TrimDeliveries } from './delivery/trim-deliveries.js';
import { FactsController } from './facts/facts.controller.js';
import { TakeFacts } from './facts/take-facts.js';
import { WatchFreshness } from './freshness/watch-freshness.js';
import type { NotifierConfig } from './notifier.config.js';
import { WebhookRequestsController } from './requests/webhook-requests.controller.js';
import { migrations } from './schema/migrations.js';
import { NOTIFIER_SCHEMA } from './schema/schema-name.js';
import { SecretBox } from './webhook/secret-box.js';
import { Webhooks } from './webhook/webhooks.js';

const FRESHNESS_EVERY_MS = 60_000;
const TRIM_EVERY_MS = 3_600_000;

@Module({})
export class NotifierModule {
  /** Opens the database (migrated) and NATS (provisioned), and puts the service together. */
  static async create(config: NotifierConfig, clock = new DatabaseClock()): Promise<DynamicModule> {
    const orm = await createOrm({
      url: config.DATABASE_URL,
      schema: NOTIFIER_SCHEMA,
      entities: [],
      migrations,
    });
    await migrate(orm);
    const nats = await connectNats({ url: config.NATS_URL, name: config.REPLICA_NAME });
    await provisionStreams(nats);
    const logger = new Logger('notifier');
    const permitted = AllowedPrivateHosts.parse(config.ALLOWED_PRIVATE_HOSTS);
    const secrets = new SecretBox(CredentialCipher.fromText(config.CREDENTIALS_KEY));
    const webhooks = new Webhooks(orm, secrets, clock);
    const channel = new WebhookChannel(permitted);
    const deliver = new Deliver(orm, channel, secrets, clock, {
      firstRetryMs: config.WEBHOOK_RETRY_MS,
      log: (line) => logger.warn(line),
    });
    const freshness = new WatchFreshness(orm, clock, config.STALE_AFTER_HOURS);
    const trim = new TrimDeliveries(orm, clock);
    const works: Recurring[] = [
      { name: 'deliver', everyMs: config.LOOK_EVERY_MS, run: () => deliver.run() },
      { name: 'watch-freshness', everyMs: FRESHNESS_EVERY_MS, run: () => freshness.run() },
      { name: 'trim-deliveries', everyMs: TRIM_EVERY_MS, run: () => trim.run() },
    ];
    return {
      module: NotifierModule,
      imports: [ScheduleModule.forRoot()],
      controllers: [FactsController, WebhookRequestsController],
      providers: [
        {
          provide: RecurringWork,
          inject: [SchedulerRegistry],
          useFactory: (registry: SchedulerRegistry) => new RecurringWork('notifier', registry, works),
        },
        { provide: TakeFacts, useValue: new TakeFacts(orm, clock) },
        { provide: Webhooks, useValue: webhooks },
        { provide: Deliveries, useValue: new Deliveries(orm, webhooks, deliver, clock) },
        { provide: AllowedPrivateHosts, useValue: permitted },
        { provide: NATS_CONNECTION, useValue: nats },
        { provide: Connections, useValue: new Connections(orm, nats, channel, deliver) },
      ],
    };
  }
}
