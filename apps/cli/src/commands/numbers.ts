import { InvalidArgumentError } from 'commander';

/** A whole number from 1, as the API's `limit` is: at most 200. Commander tells the option's name with the error. */
export function readCount(text: string): number {
  return within(text, 1, 200);
}

/** A sequence number of the event log, or a version of a snapshot. */
export function readPosition(text: string): number {
  return within(text, 0, Number.MAX_SAFE_INTEGER);
}

function within(text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new InvalidArgumentError(`Give a whole number ${range}.`);
}
