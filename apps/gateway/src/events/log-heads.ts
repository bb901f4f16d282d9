import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import { ReadOnlyDatabase } from '../database/read-only-database.js';

/** How often a log is looked at while somebody waits for it, ms. */
const LOOK_EVERY_MS = 500;

const HEAD = 'select seq, state from catalogue.v_stream_head where provider_id = $1';

/** Who waits for events after a sequence number. */
interface Waiter {
  after: number;
  wake: () => void;
}

/** Tells when a log has grown: one look at a provider's head serves all who wait for it, and nobody waiting costs nothing. */
@Injectable()
export class LogHeads implements OnApplicationShutdown {
  private readonly log = new Logger(LogHeads.name);
  private readonly waiting = new Map<ProviderId, Set<Waiter>>();
  private readonly timers = new Map<ProviderId, NodeJS.Timeout>();

  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Resolves when the log goes beyond `after`, when its provider is deleted, when the time (ms) is over, or when the signal is aborted. */
  async beyond(provider: ProviderId, after: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { after, wake: resolve };
    const waiters = this.waiting.get(provider) ?? new Set();
    this.waiting.set(provider, waiters.add(waiter));
    const timer = setTimeout(resolve, timeoutMs);
    signal.addEventListener('abort', waiter.wake, { once: true });
    this.lookLater(provider);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', waiter.wake);
    waiters.delete(waiter);
    if (waiters.size === 0) this.forget(provider);
  }

  onApplicationShutdown(): void {
    for (const provider of this.timers.keys()) this.forget(provider);
  }

  private lookLater(provider: ProviderId): void {
    if (this.timers.has(provider)) return;
    this.timers.set(
      provider,
      setTimeout(() => void this.look(provider), LOOK_EVERY_MS),
    );
  }

  private async look(provider: ProviderId): Promise<void> {
    try {
      const [head] = await this.database.query<{ seq: number; state: string }>(HEAD, [provider]);
      for (const { after, wake } of this.waiting.get(provider) ?? [])
        if (head !== undefined && (head.seq > after || head.state === 'deleted')) wake();
    } catch (error) {
      // Who waits goes on waiting: the database comes back, or their time is over.
      this.log.warn({ err: error, providerId: provider }, 'the head of a log cannot be read');
    }
    this.timers.delete(provider);
    if (this.waiting.has(provider)) this.lookLater(provider);
  }

  private forget(provider: ProviderId): void {
    clearTimeout(this.timers.get(provider));
    this.timers.delete(provider);
    this.waiting.delete(provider);
  }
}
