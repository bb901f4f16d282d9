import { toNumber } from './number.js';

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const HOURS_MINUTES = /^(\d{1,2})\s*(?:h|hr|hrs|hours?)\.?\s*(?:(\d{1,2})\s*(?:m|min|mins|minutes?)?\.?)?$/i;
const MINUTES = /^(\d{1,5}(?:\.\d+)?)\s*(?:m|min|mins|minutes?)\.?$/i;

/**
 * A running time in whole minutes from "95", 95, "95 min", "1h 35m", "01:35:00" or "1:35" (hours and minutes). Undefined for 0, "",
 * "N/A" and free text.
 */
export function readMinutes(value: unknown): number | undefined {
  const plain = toNumber(value);
  if (plain !== undefined) return positive(plain);
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.trim();
  const minutes = MINUTES.exec(text);
  if (minutes) return positive(Number(minutes[1]));
  const spans = CLOCK.exec(text) ?? HOURS_MINUTES.exec(text);
  return spans ? positive(Number(spans[1]) * 60 + Number(spans[2] ?? 0)) : undefined;
}

function positive(minutes: number): number | undefined {
  const whole = Math.round(minutes);
  return whole > 0 && whole <= 100_000 ? whole : undefined;
}
