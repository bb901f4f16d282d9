/** Multiples of the first wait: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h where that is 5 s. */
const WAITS: readonly number[] = [1, 60, 360, 1_440, 3_600, 7_200, 10_080, 14_400, 17_280];

/** The wait after the `attempts`th attempt, ms; undefined when it was the last. */
export function waitAfter(attempts: number, firstMs: number): number | undefined {
  const times = WAITS[attempts - 1];
  return times === undefined ? undefined : times * firstMs;
}
