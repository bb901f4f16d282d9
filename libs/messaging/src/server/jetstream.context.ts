import type { ProviderId } from '@catalogue-sync/contracts';
import { BaseRpcContext } from '@nestjs/microservices';
import type { InboundMessage } from '../message/inbound-message.js';
import type { PartitionLease } from './partition-ownership.js';

/** `@Ctx()` of a handler of single messages. */
export class JetStreamContext extends BaseRpcContext<[InboundMessage]> {
  constructor(readonly message: InboundMessage) {
    super([message]);
  }
}

/** `@Ctx()` of a batch handler: whose messages they are, and the lease to carry into every write. */
export class PartitionContext extends BaseRpcContext<[ProviderId]> {
  constructor(
    readonly providerId: ProviderId,
    readonly lease: PartitionLease,
    /** Aborted when ownership is lost, or when the service closes and cannot wait any longer. */
    readonly signal: AbortSignal,
  ) {
    super([providerId]);
  }
}
