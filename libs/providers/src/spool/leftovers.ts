import { randomUUID } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

const PREFIX = 'spool';
/** Tells this process from an earlier one that had the same process id, as the first process of a container always has. */
const INCARNATION = randomUUID().slice(0, 8);
const HOST =
  hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 40) || 'host';
/** Files of another host may belong to a living process; nobody downloads for this long. */
const FOREIGN_AGE_MS = 86_400_000;

const swept = new Set<string>();

/** `spool.<host>.<process id>.<incarnation>.<unique>.part` */
export function spoolFileName(unique: string): string {
  return [PREFIX, HOST, process.pid, INCARNATION, unique, 'part'].join('.');
}

/** Deletes what dead processes left in the folder. Done once per folder and process; failures are left to the next start. */
export async function removeLeftovers(dir: string): Promise<void> {
  const resolved = path.resolve(dir);
  if (swept.has(resolved)) return;
  swept.add(resolved);
  const names = await readdir(resolved).catch(() => []);
  for (const name of names) {
    const [prefix, host, pid, incarnation, , suffix] = name.split('.');
    if (prefix !== PREFIX || suffix !== 'part' || incarnation === undefined) continue;
    const file = path.join(resolved, name);
    const dead = host === HOST ? isDead(Number(pid), incarnation) : await isOlderThan(file, FOREIGN_AGE_MS);
    if (dead) await unlink(file).catch(() => undefined);
  }
}

function isDead(pid: number, incarnation: string): boolean {
  if (pid === process.pid) return incarnation !== INCARNATION;
  if (!Number.isSafeInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function isOlderThan(file: string, ageMs: number): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > ageMs;
}
