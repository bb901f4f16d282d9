import type { Protocol } from '@catalogue-sync/contracts';
import type { RequestedAction } from '../server/provider-request.js';
import type { Effect } from './effects/effect-table.js';

/** Which requests a fault hits; what is left out matches all. */
export interface FaultMatch {
  protocol?: Protocol;
  /** Whole (`vod.get_ordered_list`) or without the type (`get_ordered_list`). */
  action?: string;
  page?: number;
  /** The provider's id of the category that is asked for. */
  category?: string;
  /** The first matching request to hit, counted from 1 since the rule was made. */
  nth?: number;
  /** Share of the matching requests to hit, 0 to 1; which ones depends on the catalogue's seed only. */
  probability?: number;
}

export interface FaultRequest {
  match?: FaultMatch;
  /** Hits at most; default 1 with `nth`, otherwise until the rule is cleared. */
  times?: number;
  effect: Effect;
}

/** A rule at work. */
export interface FaultRule extends FaultRequest {
  id: number;
  /** Requests that matched. */
  seen: number;
  /** Requests that were hit. */
  hits: number;
}

/** Whether a request is one that a rule is about, `nth` and `probability` aside. */
export function concerns(match: FaultMatch, requested: RequestedAction): boolean {
  const bareAction = requested.action.slice(requested.action.indexOf('.') + 1);
  return (
    (match.protocol === undefined || match.protocol === requested.protocol) &&
    (match.action === undefined || match.action === requested.action || match.action === bareAction) &&
    (match.page === undefined || match.page === requested.page) &&
    (match.category === undefined || match.category === requested.category)
  );
}
