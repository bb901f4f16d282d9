import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findNatsServer, isNewEnough, natsCandidates, parseNatsVersion } from './nats-binary.js';

describe('the nats-server binary', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nats-binary-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function fakeServer(name: string, version: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('reads the version that --version prints', () => {
    expect(parseNatsVersion('nats-server: v2.14.0\n')).toEqual([2, 14]);
    expect(parseNatsVersion('nats-server: v2.12.1-RC.1')).toEqual([2, 12]);
    expect(parseNatsVersion('something else')).toBeUndefined();
  });

  it.each([
    [[1, 99], false],
    [[2, 11], false],
    [[2, 12], true],
    [[3, 0], true],
  ] as const)('takes %j for new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });

  it('takes the npm package before NATS_SERVER_BIN, and that before PATH', () => {
    const origins = natsCandidates({
      NATS_SERVER_BIN: '/somewhere/nats-server',
      PATH: `${folder}:${fakeServer('nats-server', '2.13.0') && folder}`,
    }).map((candidate) => candidate.origin);
    expect(origins.slice(-3)).toEqual(['NATS_SERVER_BIN', 'PATH', 'PATH']);
    expect(['npm package', 'NATS_SERVER_BIN']).toContain(origins[0]);
  });

  it('passes over servers that are too old', () => {
    const old = fakeServer('old', '2.10.4');
    const fresh = fakeServer('fresh', '2.12.0');
    expect(
      findNatsServer([
        { origin: 'NATS_SERVER_BIN', path: old },
        { origin: 'PATH', path: fresh },
      ]),
    ).toBe(fresh);
  });

  it('says what was tried and what to install when there is none', () => {
    const old = fakeServer('older', '2.9.0');
    const find = () =>
      findNatsServer([
        { origin: 'NATS_SERVER_BIN', path: join(folder, 'missing') },
        { origin: 'PATH', path: old },
      ]);
    expect(find).toThrow(/No nats-server 2\.12 or newer/);
    expect(find).toThrow(/missing \(NATS_SERVER_BIN\) .*ENOENT/);
    expect(find).toThrow(/older \(PATH\) is 2\.9/);
    expect(find).toThrow(/Install one: {2}\S/);
    expect(find).toThrow(/NATS_SERVER_BIN\.$/);
  });
});
