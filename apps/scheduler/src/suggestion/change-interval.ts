/** What a sync found, and the time since the one before it, ms. */
export interface Look {
  sinceLastMs: number;
  changed: boolean;
}

/**
 * The mean time between changes, ms, by maximum likelihood for changes that come at random, where each look only tells whether there was
 * one since the last. Half a look of mean length counts on either side, so that the answer stays finite when all or none found a change.
 * Undefined for fewer than two looks.
 */
export function changeInterval(looks: readonly Look[]): number | undefined {
  const timed = looks.filter((look) => look.sinceLastMs > 0);
  if (timed.length < 2) return undefined;
  const mean = timed.reduce((sum, look) => sum + look.sinceLastMs, 0) / timed.length;
  const changed = timed
    .filter((look) => look.changed)
    .map((look) => ({ length: look.sinceLastMs, weight: 1 }));
  const quietMs = timed.reduce((sum, look) => sum + (look.changed ? 0 : look.sinceLastMs), mean / 2);
  const pulls = [...changed, { length: mean, weight: 0.5 }];
  // Falls as the rate rises: positive means that the rate is too low.
  const slope = (rate: number): number =>
    pulls.reduce((sum, { length, weight }) => sum + (weight * length) / Math.expm1(rate * length), -quietMs);
  let [low, high] = [1e-6 / mean, 1e3 / mean];
  for (let step = 0; step < 60; step += 1) {
    const middle = Math.sqrt(low * high);
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return 1 / Math.sqrt(low * high);
}
