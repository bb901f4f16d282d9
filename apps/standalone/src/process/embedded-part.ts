import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff, RESTART_POLICY, type RestartPolicy } from './backoff.js';

/** What EmbeddedPostgres and EmbeddedNats have in common. */
export interface EmbeddedServer {
  start(): Promise<unknown>;
  stop(): Promise<void>;
  readonly pid?: number;
}

export interface EmbeddedHooks {
  started(name: string, pid: number, seconds: number, again: boolean): void;
  died(name: string, reason: string, againInMs: number): void;
  gaveUp(name: string, error: Error): void;
}

/** An embedded server that is started again, at the same address, when it dies. */
export class EmbeddedPart<Server extends EmbeddedServer> {
  readonly server: Server;
  private readonly backoff: Backoff;
  private stopping = false;

  /** `create` gets what to call when the server ends unasked. */
  constructor(
    readonly name: string,
    create: (onUnexpectedEnd: (reason: string) => void) => Server,
    private readonly hooks: EmbeddedHooks,
    policy: RestartPolicy = RESTART_POLICY,
  ) {
    this.backoff = new Backoff(policy);
    this.server = create((reason) => void this.afterDeath(reason));
  }

  async start(again = false): Promise<Server> {
    const began = performance.now();
    await this.server.start();
    this.backoff.started(Date.now());
    this.hooks.started(this.name, this.server.pid ?? 0, (performance.now() - began) / 1000, again);
    return this.server;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.server.stop();
  }

  private async afterDeath(reason: string): Promise<void> {
    const delay = this.backoff.died(Date.now());
    if (delay === undefined) {
      this.hooks.gaveUp(this.name, new Error(`${this.name} died again and again: ${reason}`));
      return;
    }
    this.hooks.died(this.name, reason, delay);
    await sleep(delay, undefined, { ref: false });
    if (this.stopping) return;
    try {
      await this.start(true);
    } catch (error) {
      if (!this.stopping) await this.afterDeath(error instanceof Error ? error.message : String(error));
    }
  }
}
