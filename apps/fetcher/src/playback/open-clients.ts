import type { ProviderClient } from '@catalogue-sync/providers';

/** Closed when nobody has asked for so long, ms: a session that is left alone is no burden, sockets are. */
const IDLE_MS = 5 * 60_000;
/** Those not used for longest are closed to make room. */
const MAX_CLIENTS = 50;

interface Held {
  client: ProviderClient;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/**
 * The clients that answer viewers, one for each provider: all that is asked of a provider goes through the one, so that its limits count for all
 * of it together, and its session lasts from one question to the next.
 */
export class OpenClients {
  private readonly held = new Map<string, Held>();
  private stopped = false;

  /** @param idleMs how long an unused client stays open, ms */
  constructor(private readonly idleMs = IDLE_MS) {}

  /** Does `work` with the client of a key, made when there is none. Another key for the same provider is another client. */
  async use<T>(
    key: string,
    make: () => ProviderClient,
    work: (client: ProviderClient) => Promise<T>,
  ): Promise<T> {
    const held = this.held.get(key) ?? { client: make(), users: 0, idle: undefined };
    // The last one of a map is the one used last.
    this.held.delete(key);
    this.held.set(key, held);
    clearTimeout(held.idle);
    held.users += 1;
    this.makeRoom();
    try {
      return await work(held.client);
    } finally {
      held.users -= 1;
      if (held.users === 0) await this.rest(key, held);
    }
  }

  start(): void {
    this.stopped = false;
  }

  /** Closes what is open; work under way fails. */
  async stop(): Promise<void> {
    this.stopped = true;
    const all = [...this.held.values()];
    this.held.clear();
    for (const { idle } of all) clearTimeout(idle);
    await Promise.all(all.map(({ client }) => client.close()));
  }

  private async rest(key: string, held: Held): Promise<void> {
    if (this.stopped || this.held.get(key) !== held) {
      await held.client.close();
      return;
    }
    held.idle = setTimeout(() => void this.drop(key, held), this.idleMs);
    held.idle.unref();
  }

  private makeRoom(): void {
    for (const [key, held] of this.held) {
      if (this.held.size <= MAX_CLIENTS) return;
      if (held.users === 0) void this.drop(key, held);
    }
  }

  private async drop(key: string, held: Held): Promise<void> {
    clearTimeout(held.idle);
    if (this.held.get(key) === held) this.held.delete(key);
    // Nobody waits for it: what goes wrong while sockets close concerns no one.
    await held.client.close().catch(() => undefined);
  }
}
