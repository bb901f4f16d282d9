/** What the answers of one kind of request took, in ms to their first byte. */
interface Answers {
  smoothed: number;
  count: number;
  /** The least of this window and of the one before: what it takes when nothing is in the way. */
  least: number;
  formerLeast: number;
  inWindow: number;
  /** Answers still to come until it shows whether asking for less has helped. */
  trialLeft: number;
  atTrial: number;
}

export type LatencyFinding = 'steady' | 'grown' | 'grown-without-us';

/** Share of the newest answer in the smoothed latency. */
const WEIGHT = 1 / 8;
const ENOUGH = 16;
const WINDOW = 400;
const GROWN_FACTOR = 4;
/** Less than this is no trouble to anyone, ms. */
const GROWN_BY_MS = 1_000;
const HELPED = 0.75;
const MAX_KINDS = 32;

/**
 * Sees a provider grow slow under what it is asked: the smoothed time to the first byte against its own minimum, for each kind of request by
 * itself. Growth that stays although less is asked has another cause (a slower query, a busy hour): then it is the new measure. Only for
 * short answers: the first byte of a long list may take minutes in the best of times.
 */
export class LatencyWatch {
  private readonly kinds = new Map<string, Answers>();

  note(kind: string, ms: number): LatencyFinding {
    const answers = this.answersOf(kind, ms);
    if (answers === undefined) return 'steady';
    answers.count++;
    answers.smoothed += (ms - answers.smoothed) * WEIGHT;
    this.noteLeast(answers, ms);
    if (answers.trialLeft > 0) return this.judge(answers);
    if (answers.count < ENOUGH || !isGrown(answers)) return 'steady';
    answers.trialLeft = ENOUGH * 2;
    answers.atTrial = answers.smoothed;
    return 'grown';
  }

  private judge(answers: Answers): LatencyFinding {
    if (--answers.trialLeft > 0 || answers.smoothed < answers.atTrial * HELPED) return 'steady';
    answers.least = answers.formerLeast = answers.smoothed;
    answers.inWindow = 0;
    return 'grown-without-us';
  }

  private noteLeast(answers: Answers, ms: number): void {
    if (++answers.inWindow > WINDOW) {
      answers.formerLeast = answers.least;
      answers.least = ms;
      answers.inWindow = 1;
    }
    answers.least = Math.min(answers.least, ms);
  }

  private answersOf(kind: string, ms: number): Answers | undefined {
    const known = this.kinds.get(kind);
    if (known !== undefined || this.kinds.size >= MAX_KINDS) return known;
    const answers: Answers = {
      smoothed: ms,
      count: 0,
      least: ms,
      formerLeast: ms,
      inWindow: 0,
      trialLeft: 0,
      atTrial: 0,
    };
    this.kinds.set(kind, answers);
    return answers;
  }
}

function isGrown({ smoothed, least, formerLeast }: Answers): boolean {
  const usual = Math.min(least, formerLeast);
  return smoothed > usual * GROWN_FACTOR && smoothed > usual + GROWN_BY_MS;
}
