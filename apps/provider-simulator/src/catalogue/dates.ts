const DAY = 86_400;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const days = new Map<number, string>();

/** Unix seconds as `YYYY-MM-DD HH:MM:SS` in UTC. A day's text is made once: rows share some thousand days. */
export function sqlDateTime(seconds: number): string {
  const day = Math.floor(seconds / DAY);
  const second = Math.floor(seconds) - day * DAY;
  const clock = `${TWO_DIGITS[Math.floor(second / 3600)]}:${TWO_DIGITS[Math.floor(second / 60) % 60]}:${TWO_DIGITS[second % 60]}`;
  return `${dayText(day)} ${clock}`;
}

function dayText(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    if (days.size > 20_000) days.clear();
    text = new Date(day * DAY * 1000).toISOString().slice(0, 10);
    days.set(day, text);
  }
  return text;
}

/** Unix seconds as an HTTP date. */
export function httpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}
