import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.js';

/** Names the folder that holds the data, when that is another one. */
const POINTER = 'moved-to';

/** Folders of root's that every account may enter. The temporary one comes last: it is cleaned behind our back. */
export const SHARED_FOLDERS = [
  '/var/lib/catalogue-sync',
  '/opt/catalogue-sync',
  join(tmpdir(), 'catalogue-sync-of-root'),
];

/** Makes the folder, or checks that the one that exists is root's alone to write: another's could hold anything. */
function makeSafe(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) return false;
    chmodSync(folder, 0o755);
    return true;
  } catch {
    return false;
  }
}

/** A copy of the binaries that passes `works`, keyed by version; an earlier copy is used again. Undefined when no place is good. */
export function copyBinaries(
  binaries: PostgresBinaries,
  folders: string[],
  works: (copy: PostgresBinaries) => boolean,
): PostgresBinaries | undefined {
  for (const folder of folders.filter(makeSafe)) {
    const root = join(folder, `postgres-${binaries.version}-${process.platform}-${process.arch}`);
    const copy = { root, version: binaries.version };
    if (existsSync(root) && works(copy)) return copy;
    const draft = `${root}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      cpSync(binaries.root, draft, { recursive: true, verbatimSymlinks: true });
      openForReading(draft);
      rmSync(root, { recursive: true, force: true });
      renameSync(draft, root);
    } catch {
      rmSync(draft, { recursive: true, force: true });
      // A start beside this one may have put its copy there.
    }
    if (works(copy)) return copy;
  }
  return undefined;
}

/** The package may have been installed under a strict umask. */
function openForReading(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  chmodSync(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const name of readdirSync(path)) openForReading(join(path, name));
}

/** The folder that holds what belongs to `dataDir`: itself, unless it had to be moved. */
export function placeOfData(dataDir: string): string {
  const pointer = join(dataDir, POINTER);
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : dataDir;
}

/** The folder that holds the data instead of `dataDir`, remembered in `dataDir`; made when there is none yet. */
export function relocateData(
  dataDir: string,
  folders: string[],
  works: (folder: string) => boolean,
): string | undefined {
  const pointer = join(dataDir, POINTER);
  if (existsSync(pointer)) {
    const place = readFileSync(pointer, 'utf8').trim();
    if (existsSync(place) && statSync(place).isDirectory()) return works(place) ? place : undefined;
  }
  for (const folder of folders.filter(makeSafe)) {
    const place = join(folder, `data-${randomBytes(8).toString('hex')}`);
    mkdirSync(place, { mode: 0o711 });
    if (works(place)) {
      writeFileSync(pointer, `${place}\n`);
      return place;
    }
    rmSync(place, { recursive: true, force: true });
  }
  return undefined;
}
