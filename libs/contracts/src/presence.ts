/** Whoever asks here (core NATS) is answered by every replica of every service with its `Presence`. */
export const PRESENCE_SUBJECT = 'catalogue-sync.presence';

/** The services that answer, in the order that data takes. */
export const PRESENT_SERVICES = [
  'fetcher',
  'reconciler',
  'snapshot',
  'gateway',
  'scheduler',
  'notifier',
] as const;
export type PresentService = (typeof PRESENT_SERVICES)[number];

/** What a replica says of itself. */
export interface Presence {
  service: PresentService;
  /** Its name among those of its service. */
  replica: string;
  /** ISO 8601, by its own clock. */
  startedAt: string;
  pid: number;
  /** Resident memory. */
  memoryBytes: number;
}
