/** Of a kind of rows: what the live catalogue lacked, had too many, or had otherwise than the log says. */
export interface DifferenceCounts {
  missing: number;
  surplus: number;
  different: number;
}

/** Where the live catalogue was not what the log says. */
export interface RebuildDifferences {
  items: DifferenceCounts;
  categories: DifferenceCounts;
  /** Rows that items are found by which were missing, surplus or different. */
  searchRows: number;
  /** Ids of items and categories that differed, the first hundred. */
  examples: string[];
}

export interface RebuildReport extends RebuildDifferences {
  /** Nothing differed, and nothing was changed. */
  equal: boolean;
  /** The log's position that was rebuilt. */
  events: number;
  /** CRC-32 of the newest document behind its head, hexadecimal: as it was served and as it was built anew. */
  checksums: { served: string; rebuilt: string };
  /** The version that took the place of one which was wrong. */
  newVersion?: number;
}

/** A catalogue being built anew from the log. */
export interface Rebuild {
  state: 'running' | 'done' | 'failed';
  eventsRead: number;
  eventsTotal: number;
  startedAt: string;
  report?: RebuildReport;
  /** Why it failed. */
  reason?: string;
}
