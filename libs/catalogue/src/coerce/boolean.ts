const TRUE_TEXTS = new Set(['1', 'true', 'yes', 'y', 't', 'on']);
const FALSE_TEXTS = new Set(['0', 'false', 'no', 'n', 'f', 'off']);

/**
 * A flag: true/false, 0/1, "0"/"1", "true", "yes", "on" …; any other number than 0 is true (panels write 2 in `is_adult`). Undefined
 * for what says nothing: "", "None", "null", "N/A", unknown words, lists, objects.
 */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value !== 'string' || value.length > 20) return undefined;
  const text = value.trim().toLowerCase();
  if (TRUE_TEXTS.has(text)) return true;
  if (FALSE_TEXTS.has(text)) return false;
  const number = text === '' ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number !== 0;
}
