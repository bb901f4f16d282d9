// On a shared machine the host may give a part of the processors' time to others: what was measured meanwhile says less.
import { readFileSync } from 'node:fs';

/** Ticks of all processors since boot, and how many of them the host kept for others; undefined where /proc does not tell. */
export function processorTicks() {
  try {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    // user nice system idle iowait irq softirq steal; what follows is counted in user already.
    const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
    return { all: ticks.reduce((sum, count) => sum + count, 0), stolen: ticks[7] };
  } catch {
    return undefined;
  }
}

/** Share of the processors' time since `before` that went to others, from 0 to 1; undefined where that is not known. */
export function stolenSince(before) {
  const now = processorTicks();
  if (before === undefined || now === undefined) return undefined;
  return (now.stolen - before.stolen) / Math.max(1, now.all - before.all);
}
