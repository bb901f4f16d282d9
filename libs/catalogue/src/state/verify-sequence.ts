/** Where a provider's events stop being 1, 2, 3 … */
export interface SequenceFault {
  /** Position in the given events, from 0. */
  index: number;
  expected: number;
  /** What stands there instead; undefined when the event carries no number. */
  found: number | undefined;
  kind: 'gap' | 'repeat-or-disorder' | 'missing-number';
}

/**
 * The first fault in a run of events that should be numbered `first`, `first + 1` … without a gap, a repeat or disorder; undefined when
 * there is none.
 */
export function verifySequence(
  events: Iterable<{ seq?: number | undefined }>,
  first = 1,
): SequenceFault | undefined {
  let index = 0;
  let expected = first;
  for (const { seq } of events) {
    if (seq !== expected) return { index, expected, found: seq, kind: kindOf(seq, expected) };
    index += 1;
    expected += 1;
  }
  return undefined;
}

function kindOf(seq: number | undefined, expected: number): SequenceFault['kind'] {
  if (seq === undefined || !Number.isSafeInteger(seq)) return 'missing-number';
  return seq > expected ? 'gap' : 'repeat-or-disorder';
}
