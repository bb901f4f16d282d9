/** A number of 16 digits or more where a JSON value may stand. Also matches within texts, which only costs time. */
const MAY_HOLD_BIG_INTEGER = /[[:,]\s*-?\d{16}/;
const BIG_INTEGER = /^-?\d{16,}$/;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/**
 * `JSON.parse`, but integers of 16 digits and more come out as strings, digit by digit as they were written: as numbers they would be
 * rounded, and ids would fall together. Throws a SyntaxError like `JSON.parse`.
 */
export function parseJsonExactly(text: string): unknown {
  if (!MAY_HOLD_BIG_INTEGER.test(text)) return JSON.parse(text);
  return parseWithSource(text, (_key, value, context) =>
    typeof value === 'number' && context.source !== undefined && BIG_INTEGER.test(context.source)
      ? context.source
      : value,
  );
}
