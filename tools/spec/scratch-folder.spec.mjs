import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeScratchFolder } from '../scratch-folder.mjs';

const place = mkdtempSync(join(tmpdir(), 'scratch-folder-'));
afterEach(() => rmSync(place, { recursive: true, force: true }));

describe('makeScratchFolder', () => {
  it.each([
    ['is not there', join(place, 'absent')],
    ['has no room', '/proc'],
  ])('goes to the temporary folder where the one in memory %s', (_what, inMemory) => {
    const scratch = makeScratchFolder(inMemory);
    expect(dirname(scratch.path)).toBe(tmpdir());
    scratch.remove();
  });

  it('may be entered by another account, and is gone with all that is in it', () => {
    mkdirSync(place, { recursive: true });
    const { path, remove } = makeScratchFolder(place);
    expect(statSync(path).mode & 0o777).toBe(0o711);
    writeFileSync(join(path, 'a file'), '');
    remove();
    expect(existsSync(path)).toBe(false);
  });

  it('clears away what a run left that is no longer there, and nothing else', () => {
    const ended = spawnSync(process.execPath, ['--version']).pid;
    const names = [`catalogue-sync-tests-${ended}-abc`, `catalogue-sync-tests-${process.pid}-abc`, 'another'];
    for (const name of names) mkdirSync(join(place, name), { recursive: true });
    makeScratchFolder(place).remove();
    expect(readdirSync(place).toSorted()).toEqual(names.slice(1).toSorted());
  });
});
