import type { SyncMode } from './scope.js';

/** When a provider is synced by itself. */
export interface ScheduleSettings {
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: string;
  /** Of the IANA database: whose clocks `cron` is read on. */
  timeZone: string;
  /** A run starts up to so many seconds late, at random. */
  jitterSeconds: number;
  mode: SyncMode | 'auto';
  paused: boolean;
}

export interface Schedule extends ScheduleSettings {
  id: string;
  /** When it runs, in words. */
  words: string;
  /** When it is due next; absent while it is paused. */
  nextRunAt?: string;
  /** Why it was paused by itself: its due times could not be told any more. */
  fault?: string;
}

/** What a schedule would do. */
export interface SchedulePreview {
  words: string;
  /** ISO 8601. */
  nextRuns: string[];
}

/** How often a provider should be synced, judged by its past syncs. */
export interface ScheduleSuggestion {
  /** The time between changes at the provider; absent while too little is known. */
  intervalMs?: number;
  /** The schedule that comes nearest to it, and the same in words. */
  cron?: string;
  words?: string;
  /** Syncs that it was judged by, and those of them that found a change. */
  syncs: number;
  changed: number;
}
