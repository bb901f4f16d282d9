/**
 * Runs `work` over inputs, `width` at a time at most, and gives the results in the order of the inputs. A failure ends it, after the work
 * that was begun has ended too.
 */
export async function* orderedWindow<In, Out>(
  inputs: Iterable<In>,
  width: number,
  work: (input: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const begun: Promise<Out>[] = [];
  try {
    for (const input of inputs) {
      const result = work(input);
      // Its failure is reported when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      begun.push(result);
      if (begun.length >= width) yield await begun.shift()!;
    }
    while (begun.length > 0) yield await begun.shift()!;
  } finally {
    await Promise.allSettled(begun);
  }
}
