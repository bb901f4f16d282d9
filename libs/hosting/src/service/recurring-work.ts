import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';

/** Something that is done again and again. */
export interface Recurring {
  /** Unique within the service. */
  name: string;
  everyMs: number;
  run: () => Promise<unknown>;
}

/**
 * Does each work at the start and then in its rhythm, never twice at once; a failure is logged under the service's name, and the next turn
 * comes as usual. The service ends when the turns under way have.
 */
export class RecurringWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: Logger;
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    service: string,
    private readonly registry: SchedulerRegistry,
    private readonly works: readonly Recurring[],
  ) {
    this.logger = new Logger(service);
  }

  onApplicationBootstrap(): void {
    for (const work of this.works) {
      this.turn(work);
      this.registry.addInterval(
        work.name,
        setInterval(() => this.turn(work), work.everyMs),
      );
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const { name } of this.works) {
      if (this.registry.doesExist('interval', name)) this.registry.deleteInterval(name);
    }
    await Promise.all(this.running.values());
  }

  private turn({ name, run }: Recurring): void {
    if (this.running.has(name)) return;
    const turn = run()
      .then(() => undefined)
      .catch((error: unknown) => this.logger.error(`${name}: ${String(error)}`))
      .finally(() => this.running.delete(name));
    this.running.set(name, turn);
  }
}
