import { Logger } from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import type { EventRelay } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';

/**
 * Publishes what no running batch will: the tail that a crash left behind the commit, and everything again when JetStream's storage
 * was lost (I1). It goes through all providers at start and every `everyMs`; where nothing is missing that costs one look at each tail.
 */
export class RelaySweeper {
  private readonly log = new Logger(RelaySweeper.name);
  private timer?: NodeJS.Timeout;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly relay: EventRelay,
    private readonly everyMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.next(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private next(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.sweep().finally(() => this.next(this.everyMs));
    }, delayMs);
  }

  private async sweep(): Promise<void> {
    try {
      const heads = await sql<{ provider_id: ProviderId }>(
        this.orm.em.fork(),
        `select provider_id from stream_head where seq > 0 order by provider_id`,
      );
      for (const { provider_id } of heads) {
        if (this.stopped) return;
        await this.relay.relay(provider_id);
      }
    } catch (error) {
      this.log.warn(
        `Events could not be relayed, trying again: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
