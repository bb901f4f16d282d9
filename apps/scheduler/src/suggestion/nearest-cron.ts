const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What is proposed, with the time between its runs. Nightly where once a day is enough. */
const RUNGS: readonly (readonly [intervalMs: number, cron: string])[] = [
  [HOUR_MS / 4, '*/15 * * * *'],
  [HOUR_MS / 2, '*/30 * * * *'],
  [HOUR_MS, '0 * * * *'],
  [2 * HOUR_MS, '0 */2 * * *'],
  [4 * HOUR_MS, '0 */4 * * *'],
  [6 * HOUR_MS, '0 */6 * * *'],
  [12 * HOUR_MS, '0 3,15 * * *'],
  [DAY_MS, '0 3 * * *'],
  [2 * DAY_MS, '0 3 */2 * *'],
  [7 * DAY_MS, '0 3 * * 0'],
];

/** The cron fields whose runs come nearest to one every `intervalMs`, as a ratio. */
export function nearestCron(intervalMs: number): string {
  const distance = (rung: number): number => Math.abs(Math.log(rung / intervalMs));
  const [, cron] = RUNGS.reduce((best, rung) => (distance(rung[0]) < distance(best[0]) ? rung : best));
  return cron;
}
