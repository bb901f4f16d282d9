import { setTimeout as delay } from 'node:timers/promises';

/** More than these are not remembered: whoever asks for others asks the database. */
const MAX_ANSWERS = 10_000;
/** Clocks of replicas do not run at quite the same speed. */
const CLOCK_MARGIN_MS = 20;

/**
 * Answers of the database that are given again for a moment, also to those who ask while the question is under way. Their age counts from when
 * they were asked for: none is older than `forMs`. That something is not there is never remembered, and neither is a failure.
 */
export class RecentAnswers<Answer> {
  private readonly answers = new Map<string, { askedAt: number; answer: Promise<Answer | undefined> }>();

  /** @param clock ms, never going back */
  constructor(
    private readonly forMs: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** The answer to the question that `key` names. Fails as `ask` does. */
  get(key: string, ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const now = this.clock();
    const known = this.answers.get(key);
    if (known !== undefined && now - known.askedAt < this.forMs) return known.answer;
    const asked = { askedAt: now, answer: ask() };
    this.answers.delete(key);
    this.dropOld(now);
    this.answers.set(key, asked);
    const drop = () => {
      if (this.answers.get(key) === asked) this.answers.delete(key);
    };
    asked.answer.then((answer) => {
      if (answer === undefined) drop();
    }, drop);
    return asked.answer;
  }

  /** The next who asks for it asks the database. */
  forget(key: string): void {
    this.answers.delete(key);
  }

  forgetAll(): void {
    this.answers.clear();
  }

  /** For changes that must count everywhere: when it resolves, no replica gives an answer any more that was asked for before it was called. */
  async outlive(): Promise<void> {
    this.forgetAll();
    await delay(this.forMs + CLOCK_MARGIN_MS);
  }

  /** In the map they stand in the order in which they were asked for. */
  private dropOld(now: number): void {
    for (const [key, { askedAt }] of this.answers) {
      if (now - askedAt < this.forMs && this.answers.size < MAX_ANSWERS) return;
      this.answers.delete(key);
    }
  }
}
