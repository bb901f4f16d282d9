import { CronTime } from 'cron';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { instantOf, wallTimeOf } from './wall-clock.js';

/** When a schedule is due: five cron fields, read on the clocks of a time zone of the IANA database. */
export interface Rhythm {
  cron: string;
  timeZone: string;
}

/**
 * The first due time after `after`, ms since 1970. A time that the clock skips is due when it jumps, once; a time that it shows twice is due
 * the first time only. Throws `invalid-request`.
 */
export function nextDue({ cron, timeZone }: Rhythm, after: number): number {
  const times = readCron(cron);
  let wall = readWall(after, timeZone);
  for (;;) {
    wall = nextWall(times, wall);
    const due = instantOf(wall, timeZone);
    if (due > after) return due;
  }
}

/** The first `count` due times after `after`, ms since 1970. Throws `invalid-request`. */
export function nextDues(rhythm: Rhythm, after: number, count: number): number[] {
  const dues: number[] = [];
  for (let last = after; dues.length < count; dues.push(last)) last = nextDue(rhythm, last);
  return dues;
}

function readCron(cron: string): CronTime {
  if (cron.trim().split(/\s+/).length === 5) {
    try {
      // The wall's time is handed on as if it were UTC, which knows no jumps.
      return new CronTime(cron, 'UTC');
    } catch {
      // Falls through: its words speak of the library's insides.
    }
  }
  throw new CatalogueSyncError(
    ERROR_CODE.invalidRequest,
    'Give five cron fields: minute, hour, day of month, month, day of week, such as 0 3 * * *.',
    { field: 'cron' },
  );
}

function readWall(instant: number, timeZone: string): number {
  try {
    return wallTimeOf(instant, timeZone);
  } catch (cause) {
    throw new CatalogueSyncError(
      ERROR_CODE.invalidRequest,
      'Give a time zone of the IANA database, such as Europe/Paris or UTC.',
      { field: 'timeZone', cause },
    );
  }
}

function nextWall(times: CronTime, wall: number): number {
  try {
    return times.getNextDateFrom(new Date(wall), 'UTC').toMillis();
  } catch (cause) {
    throw new CatalogueSyncError(
      ERROR_CODE.invalidRequest,
      'These cron fields never come together, such as 30 February: give a day that exists.',
      { field: 'cron', cause },
    );
  }
}
