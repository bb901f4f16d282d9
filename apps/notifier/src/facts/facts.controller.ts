import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import {
  FACT_TYPE,
  type ProviderPurged,
  type RemovalHeld,
  type SyncFinished,
  type SyncStarted,
} from '@catalogue-sync/contracts';
import { JETSTREAM } from '@catalogue-sync/messaging';
import type { InboundMessage } from '@catalogue-sync/messaging';
import { TakeFacts } from './take-facts.js';

/** What the services say of syncs and providers, as any subscriber hears it. */
@Controller()
export class FactsController {
  constructor(@Inject(TakeFacts) private readonly facts: TakeFacts) {}

  @EventPattern<string>(FACT_TYPE.syncStarted, JETSTREAM)
  async syncStarted(@Payload() message: InboundMessage): Promise<void> {
    await this.facts.started(message.json<SyncStarted>().providerId, message.time);
  }

  @EventPattern<string>(FACT_TYPE.syncFinished, JETSTREAM)
  async syncFinished(@Payload() message: InboundMessage): Promise<void> {
    await this.facts.finished(message.json<SyncFinished>(), message.time);
  }

  @EventPattern<string>(FACT_TYPE.removalHeld, JETSTREAM)
  async removalHeld(@Payload() message: InboundMessage): Promise<void> {
    await this.facts.held(message.json<RemovalHeld>(), message.time);
  }

  @EventPattern<string>(FACT_TYPE.providerPurged, JETSTREAM)
  async providerPurged(@Payload() message: InboundMessage): Promise<void> {
    await this.facts.purged(message.json<ProviderPurged>().providerId);
  }
}
