/** Portal pages that make up one ordinal where pages have the usual size. */
export const PAGES_PER_BATCH = 10;
/** Rows of one ordinal at most: ten pages of fourteen. */
const ROWS_PER_ORDINAL = 140;

/**
 * How portal pages become ordinals. A pure function of the page size, which a portal never changes, so that whoever resumes counts as the one
 * before did.
 */
export interface BatchPlan {
  /** Portal pages that are handed out together. */
  pages: number;
  /** Ordinals that each such batch takes: more than one only where a single portal page is too long. */
  ordinals: number;
}

export function planBatches(pageSize: number): BatchPlan {
  const fitting = Math.floor(ROWS_PER_ORDINAL / Math.max(1, pageSize));
  return {
    pages: Math.min(PAGES_PER_BATCH, Math.max(1, fitting)),
    ordinals: Math.max(1, Math.ceil(pageSize / ROWS_PER_ORDINAL)),
  };
}

/** What was found beside the pages' own places, as one batch. */
export function planOfFindings(rows: number): BatchPlan {
  return { pages: 1, ordinals: Math.ceil(rows / ROWS_PER_ORDINAL) };
}

/** Cuts the rows of a batch into exactly as many parts as it has ordinals; parts may be empty. */
export function partsOfBatch<T>(rows: readonly T[], plan: BatchPlan): T[][] {
  const size = Math.ceil(rows.length / plan.ordinals);
  return Array.from({ length: plan.ordinals }, (_, part) => rows.slice(part * size, (part + 1) * size));
}
