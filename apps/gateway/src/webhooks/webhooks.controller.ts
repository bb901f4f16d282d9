import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CatalogueSyncError, ERROR_CODE, REQUEST } from '@catalogue-sync/contracts';
import {
  CreatedWebhookDto,
  CreateWebhookBody,
  DeliveryDto,
  DeliveryListDto,
  DeliveryParams,
  PageQuery,
  ReplacedSecretDto,
  ReplaceSecretBody,
  UpdateWebhookBody,
  WebhookDto,
  WebhookListDto,
  WebhookParams,
} from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { allows, CurrentCaller, type Caller } from '../access/caller.js';
import { KeepsNoAnswer } from '../http/keeps-no-answer.js';
import { maskedUrl } from '../http/masked-url.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { RequiresScope } from '../security/requires-scope.js';

/** Longer than a receiver may take to answer a test message. */
const TEST_WITHIN_MS = 20_000;

/** Who is told of syncs. */
@ApiTags('webhooks')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  404: 'There is no such webhook or delivery.',
  503: 'A service does not answer: see Retry-After.',
})
@RequiresScope('read')
@Controller('api/webhooks')
export class WebhooksController {
  constructor(private readonly services: RequestClient) {}

  @Get()
  @ApiOperation({ operationId: 'listWebhooks', summary: 'List the webhooks' })
  @ApiOkResponse({ type: WebhookListDto })
  async list(@CurrentCaller() { scopes }: Caller): Promise<WebhookListDto> {
    const { webhooks } = await this.services.send(REQUEST.listWebhooks, {});
    if (allows(scopes, 'operate')) return { webhooks };
    return { webhooks: webhooks.map((webhook) => ({ ...webhook, url: maskedUrl(webhook.url) })) };
  }

  @Post()
  @KeepsNoAnswer('the signing secret stands in it')
  @RequiresScope('operate')
  @ApiOperation({
    operationId: 'createWebhook',
    summary: 'Add a webhook',
    description:
      'Messages are signed by Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature. The answer is the only place where the secret stands.',
  })
  @ApiCreatedResponse({ type: CreatedWebhookDto })
  @ApiProblems({ 403: 'The address leads to this machine or into a private network.' })
  async create(
    @Body() { url, events, providerId, enabled, secret }: CreateWebhookBody,
  ): Promise<CreatedWebhookDto> {
    const made = await this.services.send(REQUEST.createWebhook, {
      url,
      events,
      enabled,
      ...(providerId === undefined ? {} : { providerId }),
      ...(secret === undefined ? {} : { secret }),
    });
    return { ...made.webhook, secret: made.secret };
  }

  @Patch(':id')
  @RequiresScope('operate')
  @ApiOperation({ operationId: 'updateWebhook', summary: 'Change a webhook, switch it off or on' })
  @ApiOkResponse({ type: WebhookDto })
  @ApiProblems({ 403: 'The address leads to this machine or into a private network.' })
  update(
    @Param() { id }: WebhookParams,
    @Body() { url, events, providerId, enabled }: UpdateWebhookBody,
  ): Promise<WebhookDto> {
    return this.services.send(REQUEST.updateWebhook, {
      webhookId: id,
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events }),
      ...(providerId === undefined ? {} : { providerId }),
      ...(enabled === undefined ? {} : { enabled }),
    });
  }

  @Post(':id/secret')
  @KeepsNoAnswer('the signing secret stands in it')
  @RequiresScope('operate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'replaceWebhookSecret',
    summary: 'Replace the signing secret',
    description:
      'For a while messages carry both signatures in webhook-signature, separated by a space, as Standard Webhooks has it. The answer is the only place where the new secret stands.',
  })
  @ApiOkResponse({ type: ReplacedSecretDto })
  replaceSecret(
    @Param() { id }: WebhookParams,
    @Body() { secret, oldValidHours }: ReplaceSecretBody,
  ): Promise<ReplacedSecretDto> {
    return this.services.send(REQUEST.replaceWebhookSecret, {
      webhookId: id,
      oldValidHours,
      ...(secret === undefined ? {} : { secret }),
    });
  }

  @Delete(':id')
  @RequiresScope('operate')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteWebhook', summary: 'Delete a webhook and its deliveries' })
  @ApiNoContentResponse()
  async delete(@Param() { id }: WebhookParams): Promise<void> {
    const { deleted } = await this.services.send(REQUEST.deleteWebhook, { webhookId: id });
    if (deleted) return;
    throw new CatalogueSyncError(
      ERROR_CODE.webhookNotFound,
      'There is no such webhook: list the webhooks anew.',
    );
  }

  @Post(':id/test')
  @RequiresScope('operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'testWebhook', summary: 'Send a test message, and tell how it went' })
  @ApiOkResponse({ type: DeliveryDto })
  test(@Param() { id }: WebhookParams): Promise<DeliveryDto> {
    return this.services.send(REQUEST.testWebhook, { webhookId: id }, { timeoutMs: TEST_WITHIN_MS });
  }

  @Get(':id/deliveries')
  @ApiOperation({ operationId: 'listDeliveries', summary: 'What was sent to a webhook, newest first' })
  @ApiOkResponse({ type: DeliveryListDto })
  async deliveries(
    @Param() { id }: WebhookParams,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<DeliveryListDto> {
    const { deliveries, nextCursor } = await this.services.send(REQUEST.listDeliveries, {
      webhookId: id,
      limit,
      ...(cursor === undefined ? {} : { cursor: decodeCursor(cursor) }),
    });
    return { deliveries, ...(nextCursor === undefined ? {} : { nextCursor: encodeCursor(nextCursor) }) };
  }

  @Post(':id/deliveries/:delivery/redeliver')
  @RequiresScope('operate')
  @HttpCode(202)
  @ApiOperation({ operationId: 'redeliver', summary: 'Send a message again, under the id it had' })
  @ApiAcceptedResponse({ type: DeliveryDto })
  redeliver(@Param() { id, delivery }: DeliveryParams): Promise<DeliveryDto> {
    return this.services.send(REQUEST.redeliver, { webhookId: id, deliveryId: delivery });
  }
}
