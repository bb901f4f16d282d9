import { cancelledError } from '../http/request-failure.js';
import { unlessAborted } from '../http/wait.js';
import type { FetchScopeOptions } from '../port.js';

/** Counts the pages that are handed out, and asks what the reconciler found in them. */
export class Verdicts {
  /** Asks about every page since it was asked last; undefined when nobody answers. */
  readonly countChanged: (() => Promise<number>) | undefined;
  private judged: number;

  /** @param ordinal the last one that stands before the items of this life */
  constructor(
    { judge, signal }: FetchScopeOptions,
    public ordinal: number,
  ) {
    this.judged = ordinal;
    if (judge === undefined) return;
    this.countChanged = async () => {
      let changed = 0;
      while (this.judged < this.ordinal) {
        const verdict = await unlessAborted(judge(++this.judged), signal).catch((error: unknown) => {
          throw signal.aborted ? cancelledError() : error;
        });
        changed += verdict.changed;
      }
      return changed;
    };
  }
}
