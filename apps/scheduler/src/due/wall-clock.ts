const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * What clocks on the wall of `timeZone` show at `instant` (ms since 1970), as if it were UTC: ms since 1970. Throws a RangeError on a name
 * that is not in the IANA database.
 */
export function wallTimeOf(instant: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = format.formatToParts(instant);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/**
 * The instant at which the wall shows `wall`: the first of two when the clock is put back over it, and the moment at which the clock jumps
 * when it is put forward over it. So later wall times never come to earlier instants.
 */
export function instantOf(wall: number, timeZone: string): number {
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => wallTimeOf(near, timeZone) - near);
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const exact = candidates.find((instant) => wallTimeOf(instant, timeZone) === wall);
  return exact ?? jumpOver(wall, candidates, timeZone);
}

/** The first second at which the wall shows more than `wall`, between the two candidates. */
function jumpOver(wall: number, [first = wall, last = wall]: readonly number[], timeZone: string): number {
  let before = first - 1_000;
  let after = last;
  while (after - before > 1_000) {
    const middle = before + Math.floor((after - before) / 2_000) * 1_000;
    if (wallTimeOf(middle, timeZone) > wall) after = middle;
    else before = middle;
  }
  return after;
}
