import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from './embedded-server.error.js';
import { claimFreePort } from './free-port.js';
import type { PortClaim } from './port-claim.js';
import { ProcessLock } from './process-lock.js';
import type { SupervisedProcess } from './supervised-process.js';

/** A port may be taken between the look for a free one and the server's own try. */
const MOST_ATTEMPTS = 5;

/** What makes one kind of server different from another. */
export interface ServerRecipe {
  /** As messages call it: "PostgreSQL". */
  name: string;
  /** Its folder: ours alone, made when missing; the owner's lock lies in it. */
  folder: string;
  /** Where to start looking for a free port; without it any free port is taken. */
  preferredPort?: number | undefined;
  /** Called once a start, under the lock: whatever must be there before the server runs. */
  prepare(): void | Promise<void>;
  /** Starts the server on a port that looks free. */
  spawn(port: number): SupervisedProcess;
  /** The server's own pid once it accepts connections; undefined until then. */
  readyPid(): number | undefined;
  startWithinMs: number;
  /** After this long an orderly stop becomes a kill. */
  stopWithinMs: number;
  /** What its last lines hold when the port was taken. */
  portTaken: string;
  /** Called when the server ends without having been told to. */
  onUnexpectedEnd?: ((reason: string) => void) | undefined;
}

/**
 * The life of a server that is our child: one owner a folder, up when `start` resolves, gone when `stop` does. Once it was up, it comes back at
 * the same port or not at all: others hold its address.
 */
export class ServerLifecycle {
  private server?: SupervisedProcess;
  private lock?: ProcessLock;
  private claim?: PortClaim;
  private wasUp = false;
  private lastPort = 0;
  private serverPid?: number;
  private starting?: Promise<void>;
  private stopping = false;

  constructor(private readonly recipe: ServerRecipe) {}

  /** The server's own pid while it runs. */
  get pid(): number | undefined {
    return this.running ? this.serverPid : undefined;
  }

  /** Where it listens, or last did; 0 before the first start. */
  get port(): number {
    return this.lastPort;
  }

  /** Resolves when it accepts connections. Throws EmbeddedServerError; also when `stop` comes before it is up. */
  async start(): Promise<void> {
    if (this.running) return;
    this.stopping = false;
    this.starting = this.prepareAndLaunch();
    try {
      await this.starting;
    } catch (error) {
      this.release();
      throw error;
    } finally {
      this.starting = undefined;
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const server = this.server;
    this.server = undefined;
    await server?.stop(this.recipe.stopWithinMs);
    await this.starting?.catch(() => undefined);
    this.release();
    this.giveUpPort();
  }

  private get running(): boolean {
    return this.server !== undefined && this.server.end === undefined;
  }

  private release(): void {
    this.lock?.release();
    this.lock = undefined;
    if (!this.wasUp) this.giveUpPort();
  }

  private giveUpPort(): void {
    this.claim?.release();
    this.claim = undefined;
    this.wasUp = false;
  }

  private async prepareAndLaunch(): Promise<void> {
    const { name, folder } = this.recipe;
    mkdirSync(folder, { recursive: true });
    this.lock ??= ProcessLock.acquire(
      join(folder, 'owner.lock'),
      (pid) =>
        `The ${name} data in ${folder} is in use by the process ${pid}. Stop that one first, or use another data directory.`,
    );
    await this.recipe.prepare();
    await this.launch();
  }

  private async launch(): Promise<void> {
    const { name, folder, portTaken, preferredPort } = this.recipe;
    for (let attempt = 1; ; attempt += 1) {
      this.throwIfStopping();
      this.claim ??= await claimFreePort(this.lastPort === 0 ? preferredPort : this.lastPort);
      const { port } = this.claim;
      const server = this.recipe.spawn(port);
      this.server = server;
      this.serverPid = await this.untilReady(server);
      if (this.serverPid !== undefined) {
        this.wasUp = true;
        this.lastPort = port;
        return this.watch(server);
      }
      this.throwIfStopping();
      const lastLines = server.end?.lastLines.join('\n') ?? '';
      const taken = lastLines.includes(portTaken);
      if (taken && this.wasUp) {
        throw new EmbeddedServerError(
          'port-taken',
          `Another program has taken port ${port}, where ${name} was: end that one, or start the system anew.`,
        );
      }
      if (!taken || attempt === MOST_ATTEMPTS) {
        throw new EmbeddedServerError(
          'start-failed',
          `${name} did not start on ${folder}. Its last lines:\n${lastLines}`,
        );
      }
      this.giveUpPort();
    }
  }

  private throwIfStopping(): void {
    if (!this.stopping) return;
    throw new EmbeddedServerError('start-failed', `${this.recipe.name} was stopped before it was up.`);
  }

  private watch(server: SupervisedProcess): void {
    void server.ended.then((end) => {
      if (this.server !== server) return;
      this.recipe.onUnexpectedEnd?.(
        `${this.recipe.name} ended (${end.signal ?? end.code}): ${end.lastLines.slice(-3).join(' | ')}`,
      );
    });
  }

  /** The server's pid, or undefined when it ended instead. */
  private async untilReady(server: SupervisedProcess): Promise<number | undefined> {
    const until = Date.now() + this.recipe.startWithinMs;
    while (server.end === undefined) {
      const pid = this.recipe.readyPid();
      if (pid !== undefined) return pid;
      if (Date.now() > until) {
        server.kill();
        await server.ended;
        break;
      }
      await Promise.race([server.ended, sleep(15)]);
    }
    return undefined;
  }
}
