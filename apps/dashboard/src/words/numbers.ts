const COUNT = new Intl.NumberFormat('en');

/** `83,183`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 item`, `2 items`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Whole percent, rounded down: 94.9 is not yet 95. */
export function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

/** `1.4 MB`; a kilobyte is 1000 bytes. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(value < 1e4 ? 1 : 0)} kB`;
  return `${(value / 1e6).toFixed(1)} MB`;
}

/** `1 h 05 min`, `2 min 03 s`, `7 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (h > 0) return `${h} h ${String(min).padStart(2, '0')} min`;
  if (min > 0) return `${min} min ${String(s).padStart(2, '0')} s`;
  return seconds < 1 && seconds > 0 ? 'under 1 s' : `${s} s`;
}
