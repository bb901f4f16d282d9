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

/** From start to end; nothing before it started. */
export function jobDuration(job: {
  startedAt?: string | undefined;
  finishedAt?: string | undefined;
}): string {
  if (job.startedAt === undefined || job.finishedAt === undefined) return '';
  return duration((Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000);
}
