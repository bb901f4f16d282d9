interface Kept<T> {
  answer: T;
  /** Monotonic, ms. */
  until: number;
  weight: number;
}

export interface KeptAnswersOptions<T> {
  /** How long an answer counts, ms. */
  ttlMs: number;
  /** Of all answers together; those not used for longest go first. */
  maxWeight: number;
  weightOf: (answer: T) => number;
  /** ms, monotonic. */
  clock?: () => number;
}

/** Answers of providers for some minutes, in memory. Who asks while the same question is under way gets its answer. */
export class KeptAnswers<T> {
  private readonly kept = new Map<string, Kept<T>>();
  private readonly underWay = new Map<string, Promise<T>>();
  private weight = 0;

  constructor(private readonly options: KeptAnswersOptions<T>) {}

  /** The kept answer, else what `ask` brings. A failure is not kept. */
  async get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    if (known !== undefined && known.until > this.now()) {
      // The last one of a map is the one used last.
      this.kept.delete(key);
      this.kept.set(key, known);
      return known.answer;
    }
    const asked = this.underWay.get(key) ?? this.ask(key, ask);
    return asked;
  }

  private ask(key: string, ask: () => Promise<T>): Promise<T> {
    const asked = ask()
      .then((answer) => {
        this.keep(key, answer);
        return answer;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, asked);
    return asked;
  }

  private keep(key: string, answer: T): void {
    this.drop(key);
    const weight = this.options.weightOf(answer);
    this.kept.set(key, { answer, weight, until: this.now() + this.options.ttlMs });
    this.weight += weight;
    for (const oldest of this.kept.keys()) {
      if (this.weight <= this.options.maxWeight) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const kept = this.kept.get(key);
    if (kept === undefined) return;
    this.kept.delete(key);
    this.weight -= kept.weight;
  }

  private now(): number {
    return (this.options.clock ?? (() => performance.now()))();
  }
}
