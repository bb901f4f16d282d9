import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { ProviderId } from '@catalogue-sync/contracts';
import type { InboundMessage, PartitionContext } from '@catalogue-sync/messaging';
import { JETSTREAM } from '@catalogue-sync/messaging';
import { BatchFolder, readOrSetAside } from './batch-folder.js';

/** Pattern of the batches that the event source hands over. */
export const EVENT_BATCH = 'snapshot.event-batch';

/** Takes the catalogue's events in, provider by provider. */
@Controller()
export class CatalogueEventsController {
  /** The fold under way of each provider that is being folded: at most the providers this replica owns. */
  private readonly underWay = new Map<ProviderId, Promise<void>>();

  constructor(@Inject(BatchFolder) private readonly batches: BatchFolder) {}

  /**
   * Reads a batch at once and folds it behind the one before, so that reading the next one and the database's work on this one overlap. A batch
   * behind one that failed fails with it; the source hands both over again.
   */
  @EventPattern<string>(EVENT_BATCH, JETSTREAM)
  handle(
    @Payload() messages: readonly InboundMessage[],
    @Ctx() { providerId, lease, signal }: PartitionContext,
  ): { settled: Promise<void> } {
    const events = messages.map(({ seq, type, bytes, streamSeq }) =>
      readOrSetAside({
        seq: seq ?? 0,
        type,
        body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
        streamSeq,
      }),
    );
    const before = this.underWay.get(providerId) ?? Promise.resolve();
    const settled = before.then(() => this.batches.fold(providerId, lease, events, signal));
    this.underWay.set(providerId, settled);
    const forget = () => {
      if (this.underWay.get(providerId) === settled) this.underWay.delete(providerId);
    };
    settled.then(forget, forget);
    return { settled };
  }
}
