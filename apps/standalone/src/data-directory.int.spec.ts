import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSourceProcess } from '@catalogue-sync/testing';
import { DataDirectory } from './data-directory.js';

describe('DataDirectory', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'data-directory-')), 'data');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  it('has one owner, and names it to others', () => {
    const first = DataDirectory.open(folder);
    expect(() => DataDirectory.open(folder)).toThrow(
      `catalogue-sync already runs on ${folder} (pid ${process.pid})`,
    );
    first.close();
    DataDirectory.open(folder).close();
  });

  it('makes the key of the credentials once, for its owner only', () => {
    const directory = DataDirectory.open(folder);
    const file = directory.credentialsKeyFile();
    const key = readFileSync(file, 'utf8').trim();
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    directory.close();
    const again = DataDirectory.open(folder);
    expect(readFileSync(again.credentialsKeyFile(), 'utf8').trim()).toBe(key);
    again.close();
  });

  it('puts a new key in front of the old one, and drops the old one when it is told to', () => {
    const directory = DataDirectory.open(folder);
    const keys = () => readFileSync(directory.credentialsKeyFile(), 'utf8').trim().split('\n');
    const [first] = keys();
    directory.addCredentialsKey();
    const [second, ...older] = keys();
    expect(older).toEqual([first]);
    expect(second).not.toBe(first);
    expect(statSync(directory.credentialsKeyFile()).mode & 0o777).toBe(0o600);
    directory.dropOlderCredentialsKeys();
    expect(keys()).toEqual([second]);
    directory.close();
  });

  it('makes the key of the admin once, for its owner only', () => {
    const directory = DataDirectory.open(folder);
    const key = directory.adminKey();
    expect(key).toMatch(/^csa_[\w-]{43}$/);
    expect(statSync(directory.adminKeyFile()).mode & 0o777).toBe(0o600);
    expect(directory.adminKey()).toBe(key);
    directory.close();
  });

  it('does not replace a lost key when there is a database that was encrypted with it', () => {
    const directory = DataDirectory.open(folder);
    mkdirSync(directory.at('postgres', 'cluster'), { recursive: true });
    expect(() => directory.credentialsKeyFile()).toThrow(/credentials\.key is missing.*Put it back/);
    directory.close();
  });

  it('starts each log anew and keeps the one before', () => {
    const directory = DataDirectory.open(folder);
    writeFileSync(directory.freshLog('fetcher'), 'first run');
    const file = directory.freshLog('fetcher');
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('first run');
    directory.close();
  });

  it('removes a throw-away folder at the end, and those of runs that were killed', async () => {
    const script = `
import { DataDirectory } from '${join(import.meta.dirname, 'data-directory.ts')}';
console.log(DataDirectory.open().path);
setInterval(() => {}, 1000);`;
    const killed = startSourceProcess(script);
    const left = await killed.nextLine();
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(existsSync(left)).toBe(true);
    const directory = DataDirectory.open();
    expect(existsSync(left)).toBe(false);
    directory.close();
    expect(existsSync(directory.path)).toBe(false);
  });

  it('says what to do when the folder cannot be made', () => {
    writeFileSync(join(folder, '..', 'file'), '');
    expect(() => DataDirectory.open(join(folder, '..', 'file'))).toThrow(/cannot be used: .*--data-dir/);
  });
});
