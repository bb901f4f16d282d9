import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { duration } from './numbers.js';

const STEPS: [number, Intl.RelativeTimeFormatUnit, number][] = [
  [60, 'second', 1],
  [3_600, 'minute', 60],
  [86_400, 'hour', 3_600],
  [30 * 86_400, 'day', 86_400],
  [365 * 86_400, 'month', 30 * 86_400],
];
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const ABSOLUTE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** `3 minutes ago`; `just now` below ten seconds. */
export function relativeTime(time: string, now: number): string {
  const seconds = (Date.parse(time) - now) / 1000;
  if (Math.abs(seconds) < 10) return 'just now';
  for (const [below, unit, size] of STEPS)
    if (Math.abs(seconds) < below) return RELATIVE.format(Math.round(seconds / size), unit);
  return RELATIVE.format(Math.round(seconds / (365 * 86_400)), 'year');
}

/** In the reader's own time zone. */
export function absoluteTime(time: string): string {
  return ABSOLUTE.format(new Date(time));
}

/** The clock, once in `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** How long ago, kept up to date; the moment itself on hover. */
export function When({ time }: { time: string }) {
  const now = useNow(10_000);
  return (
    <Tooltip label={absoluteTime(time)}>
      <time dateTime={time}>{relativeTime(time, now)}</time>
    </Tooltip>
  );
}

interface JobTimes {
  startedAt?: string | undefined;
  finishedAt?: string | undefined;
}

/** From start to end, seconds; nothing before it has ended. */
export function jobSeconds({ startedAt, finishedAt }: JobTimes): number | undefined {
  if (startedAt === undefined || finishedAt === undefined) return undefined;
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** The same in words; empty before it has ended. */
export function jobDuration(job: JobTimes): string {
  const seconds = jobSeconds(job);
  return seconds === undefined ? '' : duration(seconds);
}
