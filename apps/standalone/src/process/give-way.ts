import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Linux takes only one change of a group's weight within a tenth of a second, from all processes together. */
const TRIES = 10;
const AGAIN_AFTER_MS = 150;

/**
 * Lets a process that was just started, in a session of its own, give way to others: `niceness` from 0 (none) to 19. Where Linux groups
 * processes by session (autogroup), the niceness of a process counts only within its own group: there the group gets it, too. Nothing
 * happens where neither is permitted: a process that does not give way is no failure.
 */
export async function giveWay(pid: number, niceness: number): Promise<void> {
  try {
    setPriority(pid, niceness);
  } catch {
    return;
  }
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      return await writeFile(`/proc/${pid}/autogroup`, String(niceness));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      await delay(AGAIN_AFTER_MS);
    }
  }
}
