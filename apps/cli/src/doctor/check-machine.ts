import { statfsSync } from 'node:fs';
import { formatMegabytes } from '@catalogue-sync/terminal';
import { bad, good, type Check } from './check.js';

const OLDEST_NODE = [22, 17] as const;
/** Below it Postgres may soon not be able to write; bytes. */
const LOW_SPACE = 2_000_000_000;

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
    ? good('Node', version)
    : bad(
        'Node',
        `${version} is too old`,
        `Install Node ${OLDEST_NODE.join('.')} or newer, or run it by "npx catalogue-sync", which brings one.`,
      );
}

/** Room on the disk of the data directory. */
export function checkSpace(dataDir: string, free: number = freeBytes(dataDir)): Check {
  const detail = `${formatMegabytes(free)} free at ${dataDir}`;
  return free >= LOW_SPACE
    ? good('Disk', detail)
    : bad(
        'Disk',
        detail,
        `Make room: at least ${formatMegabytes(LOW_SPACE)}, or move the folder and name it with --data-dir.`,
      );
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
