/** Bytes that stand for themselves in a CloudEvents header: printable ASCII but space, double quote and percent. */
const PLAIN = /^[!#$&-~]*$/;

/**
 * Percent-encodes text for a header, as CloudEvents' protocol bindings do (HTTP binding 3.1.3.2): ids of providers may hold any
 * character, line breaks included. Plain ASCII stays as it is.
 */
export function encodeHeaderText(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text.toWellFormed()).replaceAll('%3A', ':');
}

/** Undoes `encodeHeaderText`; text that is not percent-encoded is given back as it is. */
export function decodeHeaderText(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
