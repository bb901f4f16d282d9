// Where the throw-away servers of specs keep their files: in memory where there is room, else in the temporary folder. They are real servers
// on real files either way; copying a fresh PostgreSQL cluster takes 35 ms in memory and 150 to 500 ms on a disk.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
/** Our process id follows. */
const PREFIX = 'catalogue-sync-tests-';
/** Some 100 MB a spec file, of which six are open at a time. */
const ROOM_BYTES = 2_000_000_000;
/** What is kept there is no longer there for processes. */
const FREE_MEMORY_BYTES = 6_000_000_000;

/** Makes a folder of its own; `remove` takes all away that is in it. What runs left that were killed goes first. */
export function makeScratchFolder(inMemory = IN_MEMORY) {
  removeLeftovers(inMemory);
  const path = (hasRoom(inMemory) ? tryIn(inMemory) : undefined) ?? make(tmpdir());
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function removeLeftovers(place) {
  try {
    for (const name of readdirSync(place)) {
      const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : Number.NaN);
      if (pid > 0 && !isRunning(pid)) rmSync(join(place, name), { recursive: true, force: true });
    }
  } catch {
    // It is not a place for us, or another account's.
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function hasRoom(place) {
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize >= ROOM_BYTES && freemem() >= FREE_MEMORY_BYTES;
  } catch {
    return false;
  }
}

/** Undefined where nothing may be written, or nothing run: servers' binaries are copied into such folders. */
function tryIn(place) {
  let path;
  try {
    path = make(place);
    const program = join(path, 'runs');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    if (spawnSync(program).status === 0) return path;
  } catch {
    // It is not a place for us.
  }
  if (path !== undefined) rmSync(path, { recursive: true, force: true });
  return undefined;
}

function make(place) {
  const path = mkdtempSync(join(place, `${PREFIX}${process.pid}-`));
  // Where root tests, PostgreSQL runs under another account.
  chmodSync(path, 0o711);
  return path;
}
