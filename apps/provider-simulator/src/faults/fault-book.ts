import { mix } from '../catalogue/seeded.js';
import type { RequestedAction } from '../server/provider-request.js';
import type { Effect } from './effects/effect-table.js';
import { concerns, type FaultRequest, type FaultRule } from './fault-rule.js';

/** The fault rules of one catalogue, in the order they were made. */
export class FaultBook {
  #rules: FaultRule[] = [];
  #lastId = 0;

  constructor(private readonly seed: number) {}

  add(request: FaultRequest): FaultRule {
    this.#lastId += 1;
    const rule: FaultRule = { ...request, id: this.#lastId, seen: 0, hits: 0 };
    this.#rules.push(rule);
    return rule;
  }

  list(): readonly FaultRule[] {
    return this.#rules;
  }

  clear(): void {
    this.#rules = [];
  }

  /** The effect on a request: that of the first rule that hits it. Every rule that concerns the request counts it as seen. */
  take(requested: RequestedAction): Effect | undefined {
    let hit: FaultRule | undefined;
    for (const rule of this.#rules) {
      if (!concerns(rule.match ?? {}, requested)) continue;
      rule.seen += 1;
      if (hit === undefined && this.#hits(rule)) hit = rule;
    }
    if (hit === undefined) return undefined;
    hit.hits += 1;
    return hit.effect;
  }

  #hits(rule: FaultRule): boolean {
    const { nth, probability } = rule.match ?? {};
    const times = rule.times ?? (nth === undefined ? Infinity : 1);
    if (rule.hits >= times || rule.seen < (nth ?? 1)) return false;
    return probability === undefined || mix(mix(this.seed, rule.id), rule.seen) / 2 ** 32 < probability;
  }
}
