/**
 * Mixes two 32-bit values into a third that looks random and is always the same: the one source of chance of the generator.
 * Two rounds of the murmur3 finaliser; every step is a few nanoseconds, so that a row can be computed anew whenever it is asked for.
 */
export function mix(a: number, b: number): number {
  let h = (a ^ Math.imul(b + 0x7f4a7c15, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Mixes a text into a seed: FNV-1a over its UTF-16 units. */
export function mixText(seed: number, text: string): number {
  let h = (seed ^ 0x811c9dc5) | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, text.length);
}

/** `length` lower-case hexadecimal digits that depend on `seed` only. */
export function hexText(seed: number, length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++) text += mix(seed, i).toString(16).padStart(8, '0');
  return text.slice(0, length);
}

/** Puts `count` distinct entries of `values`, chosen by `seed`, at its front (a partial Fisher–Yates shuffle, in place) and returns them. */
export function chooseDistinct(values: Uint32Array, count: number, seed: number): Uint32Array {
  for (let i = 0; i < count; i++) {
    const other = i + (mix(seed, i) % (values.length - i));
    const held = values[i] ?? 0;
    values[i] = values[other] ?? 0;
    values[other] = held;
  }
  return values.subarray(0, count);
}

/** Shares `total` out in proportion to `weights`; every weight above 0 gets at least one while there is enough. The parts add up to `total`. */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const parts = weights.map(() => 0);
  const open = weights.flatMap((weight, index) => (weight > 0 ? [index] : []));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (open.length === 0 || total <= 0) return parts;
  let left = total;
  for (const index of open) {
    parts[index] = Math.max(total >= open.length ? 1 : 0, Math.floor((total * (weights[index] ?? 0)) / sum));
    left -= parts[index];
  }
  const byWeight = [...open].toSorted((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  for (let i = 0; left !== 0; i = (i + 1) % byWeight.length) {
    const index = byWeight[i] ?? 0;
    const part = parts[index] ?? 0;
    if (left < 0 && part <= 1) continue;
    parts[index] = part + Math.sign(left);
    left -= Math.sign(left);
  }
  return parts;
}
