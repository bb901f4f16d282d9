const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
/** PHP's number_format and its local forms: "1,234", "12 345.5". */
const GROUPED = /^[+-]?\d{1,3}(?:[, '\u00a0\u202f]\d{3})+(?:\.\d+)?$/;
const GROUP_SEPARATORS = /[, '\u00a0\u202f]/g;
/** "7,5": one or two digits after a comma are no thousands. */
const DECIMAL_COMMA = /^[+-]?\d+,\d{1,2}$/;

/**
 * A finite number from a number, or a string that is nothing but one ("7", " 7.0", "1,234", "7,5"). Undefined for anything else:
 * "", "N/A", "null", "95 min", NaN, booleans, lists, objects.
 */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return finite(value);
  if (typeof value === 'bigint') return finite(Number(value));
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.trim();
  if (PLAIN.test(text)) return finite(Number(text));
  if (GROUPED.test(text)) return finite(Number(text.replace(GROUP_SEPARATORS, '')));
  if (DECIMAL_COMMA.test(text)) return finite(Number(text.replace(',', '.')));
  return undefined;
}

/** Like `toNumber`, cut to its integer part; undefined beyond 2^53, where integers are no longer exact. */
export function toInteger(value: unknown): number | undefined {
  const number = toNumber(value);
  if (number === undefined) return undefined;
  const integer = Math.trunc(number) + 0;
  return Number.isSafeInteger(integer) ? integer : undefined;
}

/** Finite, and 0 rather than -0, which JSON cannot tell apart. */
function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number + 0 : undefined;
}
