import cronstrue from 'cronstrue';
import type { Rhythm } from './due-times.js';

/** When a schedule is due, in English: "At 03:00, every day (Europe/Paris)". Cron fields that have no words stand for themselves. */
export function inWords({ cron, timeZone }: Rhythm): string {
  return `${cronWords(cron)} (${timeZone})`;
}

function cronWords(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: true });
  } catch {
    return cron;
  }
}
