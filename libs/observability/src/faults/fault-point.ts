/** What a switched-on fault point does: kill -9 or SIGSTOP the process, throw, or wait. */
type FaultAction = { kind: 'kill' } | { kind: 'stop' } | { kind: 'throw' } | { kind: 'delay'; ms: number };
interface Fault {
  action: FaultAction;
  /** Only this pass (from 1) acts; absent: every pass. */
  onPass?: number;
}

const passes = new Map<string, number>();
let parsedFrom: string | undefined;
let faults: ReadonlyMap<string, Fault> = new Map();

/** A fault point that was told to throw. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

/**
 * A named place where tests make the process fail. Inert unless the environment's `FAULT_POINTS` names it:
 * `name=kill`, `name=stop`, `name=throw`, `name=delay:250`, each optionally `@n` for the nth pass only; several separated by commas.
 */
export function faultPoint(name: string): Promise<void> {
  const setting = process.env.FAULT_POINTS;
  if (!setting) return Promise.resolve();
  if (setting !== parsedFrom) {
    faults = parseFaultPoints(setting);
    parsedFrom = setting;
    passes.clear();
  }
  const fault = faults.get(name);
  if (!fault) return Promise.resolve();
  const pass = (passes.get(name) ?? 0) + 1;
  passes.set(name, pass);
  if (fault.onPass !== undefined && fault.onPass !== pass) return Promise.resolve();
  return act(name, fault.action);
}

/** Reads a `FAULT_POINTS` value. Throws a TypeError that names the entry it cannot read. */
export function parseFaultPoints(setting: string): ReadonlyMap<string, Fault> {
  const parsed = new Map<string, Fault>();
  for (const entry of setting.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const match = /^([^=]+)=(?:(kill|stop|throw)|delay:(\d+))(?:@(\d+))?$/.exec(entry);
    if (!match?.[1]) {
      throw new TypeError(
        `FAULT_POINTS: cannot read "${entry}"; write name=kill|stop|throw|delay:ms, with @n for the nth pass`,
      );
    }
    const [, name, word, ms, nth] = match;
    parsed.set(name, {
      action: word ? { kind: word as 'kill' | 'stop' | 'throw' } : { kind: 'delay', ms: Number(ms) },
      ...(nth === undefined ? {} : { onPass: Number(nth) }),
    });
  }
  return parsed;
}

async function act(name: string, action: FaultAction): Promise<void> {
  switch (action.kind) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      // The signal is on its way: nothing after the fault point may run.
      return new Promise(() => {});
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      return;
    case 'throw':
      throw new InjectedFault(`Fault point ${name}`);
    case 'delay':
      return new Promise((resolve) => setTimeout(resolve, action.ms));
  }
}
