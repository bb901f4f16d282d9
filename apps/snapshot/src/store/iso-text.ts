/** SQL that writes a timestamp as documents do: ISO 8601 in UTC, to the millisecond. */
export function isoText(expression: string): string {
  return `to_char(${expression} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
