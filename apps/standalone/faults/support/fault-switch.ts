import { request } from 'node:http';
import { join } from 'node:path';

/** The script that makes a service's fault points switchable while it runs. */
export const FAULT_SWITCH_SCRIPT = join(import.meta.dirname, 'switch-in-service.mjs');

let armings = 0;

/**
 * Makes `setting` the `FAULT_POINTS` of a running process; an empty one disarms. Passes are counted from now on, also where the same
 * was armed before. Throws when the process is gone.
 */
export function switchFaults(folder: string, pid: number, setting: string): Promise<void> {
  armings += 1;
  // A setting that differs makes the process count anew.
  const body = setting === '' ? '' : `${setting},arming-${armings}=throw`;
  return new Promise((resolve, reject) => {
    const call = request(
      { socketPath: join(folder, `${pid}.sock`), method: 'PUT', path: '/', timeout: 5_000 },
      (answer) => {
        answer.resume();
        answer.once('end', resolve);
      },
    );
    call.once('timeout', () => call.destroy(new Error(`process ${pid} takes no faults: is it frozen?`)));
    call.once('error', reject);
    call.end(body);
  });
}
