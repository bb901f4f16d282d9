import { EventEmitter, once } from 'node:events';
import type { StandaloneEvent } from '../../src/events.js';

type Ended = Extract<StandaloneEvent, { event: 'ended' }>;
type Started = Extract<StandaloneEvent, { event: 'started' }>;

/** What the running system reports: deaths and restarts of its processes, to be awaited. */
export class Happenings {
  private readonly emitter = new EventEmitter({ captureRejections: false }).setMaxListeners(100);
  private readonly onNextDeath = new Map<string, () => void>();
  private readonly deaths = new Map<string, number>();
  private readonly restarts = new Map<string, number>();

  report(event: StandaloneEvent): void {
    if (event.event === 'ended') this.noteDeath(event);
    if (event.event === 'started' && event.again) this.noteRestart(event);
  }

  /** How often a process of this name has died so far. */
  deathsOf(name: string): number {
    return this.deaths.get(name) ?? 0;
  }

  /** How often a process of this name was started again so far. */
  restartsOf(name: string): number {
    return this.restarts.get(name) ?? 0;
  }

  /** Does `task`, which must be synchronous, while the process is dead: before it is started again. */
  whileDead(name: string, task: () => void): void {
    this.onNextDeath.set(name, task);
  }

  /** Resolves when processes of this name have died `count` times since the start of the system. */
  async diedTimes(name: string, count: number, withinMs = 60_000): Promise<void> {
    await this.until(() => this.deathsOf(name) >= count, `the death no. ${count} of ${name}`, withinMs);
  }

  /** Resolves when processes of this name were up again `count` times since the start of the system. */
  async restartedTimes(name: string, count: number, withinMs = 120_000): Promise<void> {
    await this.until(() => this.restartsOf(name) >= count, `the restart no. ${count} of ${name}`, withinMs);
  }

  private async until(reached: () => boolean, what: string, withinMs: number): Promise<void> {
    const timeout = AbortSignal.timeout(withinMs);
    while (!reached()) {
      try {
        await once(this.emitter, 'change', { signal: timeout });
      } catch (cause) {
        throw new Error(`Waited ${withinMs} ms for ${what}, in vain.`, { cause });
      }
    }
  }

  private noteDeath({ name }: Ended): void {
    this.deaths.set(name, this.deathsOf(name) + 1);
    const task = this.onNextDeath.get(name);
    this.onNextDeath.delete(name);
    task?.();
    this.emitter.emit('change');
  }

  private noteRestart({ name }: Started): void {
    this.restarts.set(name, this.restartsOf(name) + 1);
    this.emitter.emit('change');
  }
}
