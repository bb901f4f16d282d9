import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import type { OutboxRelay } from '@catalogue-sync/messaging';

/** Runs the outbox relay as long as the service runs. */
export class FactRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly relay: OutboxRelay) {}

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.relay.stop();
  }
}
