/** How many may come at once, and how many more a second after that. */
export interface Rate {
  burst: number;
  perSecond: number;
}

interface Bucket {
  left: number;
  /** ms */
  filledAt: number;
}

/** One bucket of tokens for each key, of at most `maxKeys` that were seen last: whoever is forgotten starts with a full one. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  /** @param clock ms, never going back */
  constructor(
    private readonly rate: Rate,
    private readonly maxKeys: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Takes a token. Gives 0, or the seconds after which there is one. */
  take(key: string): number {
    const bucket = this.filled(key);
    if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / this.rate.perSecond));
    bucket.left -= 1;
    return 0;
  }

  private filled(key: string): Bucket {
    const now = this.clock();
    const { burst, perSecond } = this.rate;
    const bucket = this.buckets.get(key) ?? { left: burst, filledAt: now };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = now;
    // At the end of the map stands who came last.
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > this.maxKeys) {
      const [oldest] = this.buckets.keys();
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return bucket;
  }
}
