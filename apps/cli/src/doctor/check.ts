/** One thing that was looked at. */
export interface Check {
  name: string;
  ok: boolean;
  /** What was found. */
  detail: string;
  /** What to do, where something is wrong. */
  fix?: string;
}

export function good(name: string, detail: string): Check {
  return { name, ok: true, detail };
}

export function bad(name: string, detail: string, fix: string): Check {
  return { name, ok: false, detail, fix };
}

/** A tick, or a cross with the fix below it. */
export function checkLines({ name, ok, detail, fix }: Check): string[] {
  return [`${ok ? '✓' : '✗'} ${name}: ${detail}`, ...(fix === undefined ? [] : [`    → ${fix}`])];
}
