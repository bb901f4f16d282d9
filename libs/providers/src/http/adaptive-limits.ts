/** How much may be asked of a provider at a time. */
export interface Limits {
  /** Requests under way at once. */
  parallel: number;
  requestsPerSecond: number;
}

/** What was learned about a provider's limits; absent where the settings' own limits hold. */
export interface LearnedLimits {
  parallel?: number;
  requestsPerSecond?: number;
  /** Up to where the limits rise quickly: just below what caused trouble. */
  parallelCeiling?: number;
  rateCeiling?: number;
}

/** `refused`: the provider asked for less, or turned away what was beyond its limit. `slow`: it did not answer in time, or ever later. */
export type Trouble = 'refused' | 'slow';

/** However much trouble there is, it is asked this much. */
const FLOOR: Limits = { parallel: 1, requestsPerSecond: 0.25 };
/** Good answers in a row for a step up, below the ceiling and at it. */
const RUN = 10;
const PROBE_RUN = 200;
/** Steps from half a rate up to the whole. */
const RATE_STEPS = 8;

/**
 * How much a provider takes, learned from how it answers: halved at trouble, raised step by step after runs of good answers, quickly to just
 * below what caused the trouble, and slowly beyond, in steps of the rate that double as long as all goes well. Never above the settings. Pure:
 * moments are ms of any clock that does not jump.
 */
export class AdaptiveLimits {
  private limits: Limits;
  private ceiling: Limits;
  private rateStep: number;
  private goodInARow = 0;
  private changedAt = -Infinity;
  /** An answer to the limits in force was good: trouble that comes now has to do with them. */
  private proved = true;
  private answered = false;
  private troubled = false;
  private beforeTrouble: { limits: Limits; ceiling: Limits; rateStep: number } | undefined;

  constructor(
    private readonly most: Limits,
    learned: LearnedLimits = {},
  ) {
    const atMost = (value: number | undefined, name: keyof Limits) =>
      Math.min(most[name], Math.max(value ?? most[name], Math.min(most[name], FLOOR[name])));
    const parallel = Math.floor(atMost(learned.parallel, 'parallel'));
    const requestsPerSecond = atMost(learned.requestsPerSecond, 'requestsPerSecond');
    this.limits = { parallel, requestsPerSecond };
    this.ceiling = {
      parallel: Math.max(parallel, Math.floor(atMost(learned.parallelCeiling, 'parallel'))),
      requestsPerSecond: Math.max(requestsPerSecond, atMost(learned.rateCeiling, 'requestsPerSecond')),
    };
    this.rateStep = requestsPerSecond / RATE_STEPS;
  }

  get current(): Readonly<Limits> {
    return this.limits;
  }

  /** An answer came as it should. @returns whether the limits changed */
  good(sentAt: number, now: number): boolean {
    // What was sent under the former limits says nothing about these.
    if (sentAt <= this.changedAt) return false;
    this.proved = true;
    this.answered = true;
    this.goodInARow++;
    if (this.goodInARow < RUN || this.isAt(this.most)) return false;
    const isProbe = this.isAt(this.ceiling);
    if (isProbe && this.goodInARow < PROBE_RUN) return false;
    if (isProbe) this.ceiling = this.stepFrom(this.ceiling, this.most);
    this.change(this.stepFrom(this.limits, this.ceiling), now);
    if (isProbe) this.rateStep *= 2;
    return true;
  }

  /**
   * The provider is asked less from now on. Requests that were under way together count once. A slow provider is asked less at a time, which is
   * less often too; the rate itself is only lowered when it is slow one at a time. How often it answered while it was slow is no limit that it
   * has: held to that, it would be asked next to nothing long after it is quick again.
   *
   * @param rate requests per second that were made of late; the limit may be far above
   * @returns whether the limits changed
   */
  trouble(kind: Trouble, sentAt: number, now: number, rate: number): boolean {
    if (sentAt <= this.changedAt) return false;
    const { parallel, requestsPerSecond } = this.limits;
    const isRateToBlame = kind === 'refused' || parallel <= FLOOR.parallel;
    const made = Math.min(requestsPerSecond, rate);
    this.beforeTrouble = { limits: this.limits, ceiling: this.ceiling, rateStep: this.rateStep };
    // Trouble that goes on through every decrease is an outage: it says nothing about where the limit is.
    if (this.proved) {
      this.ceiling = {
        parallel: Math.max(FLOOR.parallel, parallel - 1),
        requestsPerSecond: isRateToBlame ? this.atLeast(made * 0.9) : this.ceiling.requestsPerSecond,
      };
      if (isRateToBlame) this.rateStep = made / 2 / RATE_STEPS;
    }
    this.proved = false;
    this.troubled = true;
    this.change(
      {
        parallel: Math.max(FLOOR.parallel, Math.floor(parallel / 2)),
        requestsPerSecond: isRateToBlame ? this.atLeast(made / 2) : requestsPerSecond,
      },
      now,
    );
    return true;
  }

  /** The last trouble turned out to have another cause. */
  takeBack(now: number): void {
    if (this.beforeTrouble === undefined) return;
    this.ceiling = this.beforeTrouble.ceiling;
    this.rateStep = this.beforeTrouble.rateStep;
    this.change(this.beforeTrouble.limits, now);
  }

  /** For the next client. After a run without trouble a step more is left to it, so that nothing is held back for ever. */
  get learned(): LearnedLimits {
    const proved = this.answered && !this.troubled;
    const raised = ({ parallel, requestsPerSecond }: Limits): Limits =>
      proved
        ? { parallel: parallel + 1, requestsPerSecond: requestsPerSecond * 1.5 }
        : { parallel, requestsPerSecond };
    const limits = raised(this.limits);
    const ceiling = raised(this.ceiling);
    const below = (value: number, name: keyof Limits) => (value < this.most[name] ? value : undefined);
    return withoutUndefined({
      parallel: below(limits.parallel, 'parallel'),
      requestsPerSecond: below(limits.requestsPerSecond, 'requestsPerSecond'),
      parallelCeiling: below(ceiling.parallel, 'parallel'),
      rateCeiling: below(ceiling.requestsPerSecond, 'requestsPerSecond'),
    });
  }

  private change(limits: Limits, now: number): void {
    this.limits = limits;
    this.goodInARow = 0;
    this.changedAt = now;
  }

  private stepFrom({ parallel, requestsPerSecond }: Limits, most: Limits): Limits {
    return {
      parallel: Math.min(most.parallel, parallel + 1),
      requestsPerSecond: Math.min(most.requestsPerSecond, requestsPerSecond + this.rateStep),
    };
  }

  private isAt({ parallel, requestsPerSecond }: Limits): boolean {
    return this.limits.parallel >= parallel && this.limits.requestsPerSecond >= requestsPerSecond;
  }

  private atLeast(rate: number): number {
    return Math.max(rate, Math.min(this.most.requestsPerSecond, FLOOR.requestsPerSecond));
  }
}

function withoutUndefined(values: { [name in keyof LearnedLimits]: number | undefined }): LearnedLimits {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
