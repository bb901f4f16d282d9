import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { JETSTREAM, type InboundMessage, type PartitionContext } from '@catalogue-sync/messaging';
import { PageBatchHandler } from './page-batch.handler.js';

/** What the work queue's batches are dispatched by. */
export const PAGE_BATCH = 'reconciler.page-batch';

@Controller()
export class PageBatchController {
  constructor(@Inject(PageBatchHandler) private readonly handler: PageBatchHandler) {}

  @EventPattern<string>(PAGE_BATCH, JETSTREAM)
  onBatch(
    @Payload() messages: InboundMessage[],
    @Ctx() context: PartitionContext,
  ): Promise<{ settled: Promise<void> }> {
    return this.handler.handle(messages, context);
  }
}
