import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import {
  REQUEST,
  type RequestMap,
  type WebhookChange,
  type WebhookSettings,
} from '@catalogue-sync/contracts';
import { AllowedPrivateHosts } from '@catalogue-sync/providers';
import { Deliveries } from '../delivery/deliveries.js';
import { newSecret, readSecret } from '../webhook/secret-box.js';
import { readWebhookUrl } from '../webhook/webhook-address.js';
import { Webhooks } from '../webhook/webhooks.js';
import { readEvents, readFlag, readId, readInteger, readProviderId } from './read-request.js';

type Request<P extends keyof RequestMap> = RequestMap[P][0];
type Reply<P extends keyof RequestMap> = Promise<RequestMap[P][1]>;

const PAGE_AT_MOST = 200;
const WEEK_HOURS = 168;

/** Requests about webhooks. */
@Controller()
export class WebhookRequestsController {
  constructor(
    @Inject(Webhooks) private readonly webhooks: Webhooks,
    @Inject(Deliveries) private readonly deliveries: Deliveries,
    @Inject(AllowedPrivateHosts) private readonly permitted: AllowedPrivateHosts,
  ) {}

  @MessagePattern(REQUEST.listWebhooks, Transport.NATS)
  async list(): Reply<typeof REQUEST.listWebhooks> {
    return { webhooks: await this.webhooks.list() };
  }

  @MessagePattern(REQUEST.createWebhook, Transport.NATS)
  async create(
    @Payload() request: Request<typeof REQUEST.createWebhook>,
  ): Reply<typeof REQUEST.createWebhook> {
    const secret = request.secret === undefined ? newSecret() : readSecret(request.secret);
    const settings: WebhookSettings = {
      events: readEvents(request.events),
      enabled: readFlag(request.enabled, 'enabled'),
      ...(request.providerId === undefined ? {} : { providerId: readProviderId(request.providerId) }),
      url: await readWebhookUrl(request.url, this.permitted),
    };
    return { webhook: await this.webhooks.create(settings, secret), secret };
  }

  @MessagePattern(REQUEST.updateWebhook, Transport.NATS)
  async update(
    @Payload() request: Request<typeof REQUEST.updateWebhook>,
  ): Reply<typeof REQUEST.updateWebhook> {
    const { webhookId, url, events, providerId, enabled } = request;
    const change: WebhookChange = {
      ...(events === undefined ? {} : { events: readEvents(events) }),
      ...(enabled === undefined ? {} : { enabled: readFlag(enabled, 'enabled') }),
      ...(providerId === undefined
        ? {}
        : { providerId: providerId === null ? null : readProviderId(providerId) }),
      ...(url === undefined ? {} : { url: await readWebhookUrl(url, this.permitted) }),
    };
    return this.webhooks.update(readId(webhookId, 'webhookId'), change);
  }

  @MessagePattern(REQUEST.replaceWebhookSecret, Transport.NATS)
  async replaceSecret(
    @Payload() request: Request<typeof REQUEST.replaceWebhookSecret>,
  ): Reply<typeof REQUEST.replaceWebhookSecret> {
    const { webhookId, secret, oldValidHours } = request;
    return this.webhooks.replaceSecret(
      readId(webhookId, 'webhookId'),
      secret === undefined ? newSecret() : readSecret(secret),
      readInteger(oldValidHours, 'oldValidHours', 0, WEEK_HOURS),
    );
  }

  @MessagePattern(REQUEST.deleteWebhook, Transport.NATS)
  async delete(
    @Payload() request: Request<typeof REQUEST.deleteWebhook>,
  ): Reply<typeof REQUEST.deleteWebhook> {
    return { deleted: await this.webhooks.delete(readId(request.webhookId, 'webhookId')) };
  }

  @MessagePattern(REQUEST.testWebhook, Transport.NATS)
  async test(@Payload() request: Request<typeof REQUEST.testWebhook>): Reply<typeof REQUEST.testWebhook> {
    return this.deliveries.test(readId(request.webhookId, 'webhookId'));
  }

  @MessagePattern(REQUEST.listDeliveries, Transport.NATS)
  async listDeliveries(
    @Payload() request: Request<typeof REQUEST.listDeliveries>,
  ): Reply<typeof REQUEST.listDeliveries> {
    const { webhookId, cursor, limit } = request;
    const before = cursor === undefined ? undefined : readId(cursor, 'cursor');
    const most = readInteger(limit, 'limit', 1, PAGE_AT_MOST);
    return this.deliveries.list(readId(webhookId, 'webhookId'), most, before);
  }

  @MessagePattern(REQUEST.redeliver, Transport.NATS)
  async redeliver(@Payload() request: Request<typeof REQUEST.redeliver>): Reply<typeof REQUEST.redeliver> {
    const deliveryId = readId(request.deliveryId, 'deliveryId');
    return this.deliveries.redeliver(readId(request.webhookId, 'webhookId'), deliveryId);
  }
}
