import type { AccessQuirks, AccountQuirks, LimitQuirks, TransportQuirks } from './access.quirks.js';
import type { ListedQuirks, ListingQuirks, SeriesQuirks } from './listing.quirks.js';
import type { PlaylistQuirks } from './playlist.quirks.js';
import type { RowQuirks } from './row.quirks.js';

/**
 * How a provider is, until it is told otherwise; what is left out is as the catalogue's profile has it. A fault hits requests, a change
 * makes a version, a quirk is a state: it holds for every request and leaves no trace when it is taken back.
 */
export interface Quirks {
  /** Milliseconds from a request to its answer's first byte, instead of the catalogue's own. */
  latencyMs?: number;
  listed?: ListedQuirks;
  listing?: ListingQuirks;
  series?: SeriesQuirks;
  rows?: RowQuirks;
  access?: AccessQuirks;
  account?: AccountQuirks;
  limits?: LimitQuirks;
  transport?: TransportQuirks;
  playlist?: PlaylistQuirks;
}

/** New values for some groups; null takes a group back. */
export type QuirkPatch = { [Group in keyof Quirks]: Quirks[Group] | null };
