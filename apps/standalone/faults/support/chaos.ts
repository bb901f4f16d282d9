import { setTimeout as sleep } from 'node:timers/promises';
import type { Rig } from './rig.js';
import type { SeededChoice } from './seeded-choice.js';

const VICTIMS = ['fetcher', 'reconciler', 'snapshot', 'gateway', 'nats', 'postgres'] as const;
const FREEZABLE = ['fetcher', 'reconciler', 'snapshot', 'nats'] as const;
const LONGEST_PAUSE_MS = 1_500;
/** Longer than a lease. */
const LONGEST_FREEZE_MS = 3_000;

/** Kills and freezes parts of the system, one after the other, until `signal` is aborted; answers what it did. */
export async function wreakHavoc(rig: Rig, choice: SeededChoice, signal: AbortSignal): Promise<string[]> {
  const done: string[] = [];
  while (!signal.aborted) {
    await sleep(choice.between(100, LONGEST_PAUSE_MS), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    done.push(choice.share() < 0.7 ? await kill(rig, choice) : await freeze(rig, choice));
  }
  return done;
}

async function kill(rig: Rig, choice: SeededChoice): Promise<string> {
  const victim = choice.of(VICTIMS);
  await rig.kill(victim);
  return `kill ${victim}`;
}

async function freeze(rig: Rig, choice: SeededChoice): Promise<string> {
  const victim = choice.of(FREEZABLE);
  const ms = choice.between(200, LONGEST_FREEZE_MS);
  const pids = rig.pids(victim);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  // The fault itself: a time, not a condition.
  await sleep(ms);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  return `freeze ${victim} ${ms} ms`;
}
