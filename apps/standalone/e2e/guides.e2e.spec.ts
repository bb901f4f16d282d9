import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderConnection } from '@catalogue-sync/contracts';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const root = join(import.meta.dirname, '../../..');

/** The guides' commands, run as they stand there; what the reader puts into variables first is put there for them. */
describe('the guides', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guides-'));
  let system: System;
  let simulator: Simulator;
  let panel: ProviderConnection & { protocol: 'xtream' };
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
    const { xtream } = await simulator.catalogue('guides', { movies: 300, series: 40, channels: 30 });
    if (xtream.protocol !== 'xtream') throw new Error('no panel');
    panel = xtream;
  }, 120_000);
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a shell prints that runs all `sh` blocks of a guide, and stops at the first that fails. */
  async function follow(guide: string, env: Record<string, string>): Promise<string> {
    const text = readFileSync(join(root, 'docs', guide), 'utf8');
    const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
    expect(blocks.length).toBeGreaterThan(3);
    // npx finds the workspace's own command from everywhere, as it does in the checkout.
    const script = `set -eu\nnpx() { "${root}/node_modules/.bin/$@"; }\n${blocks.join('echo\n')}`;
    const file = join(folder, `${guide}.sh`);
    writeFileSync(file, script);
    const { stdout } = await promisify(execFile)('bash', [file], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '', API: system.ready.api, AUTH: authorization(), ...env },
    });
    return stdout;
  }

  const authorization = (): string => `Authorization: ${system.authorization.authorization}`;

  it('lead an operator from a pasted address to a catalogue that syncs by itself', async () => {
    const { url, username, password } = panel;
    const printed = await follow('operating.md', {
      URL: `${url}/get.php?username=${username}&password=${password}`,
      CATALOGUE_SYNC_URL: system.ready.api,
      CATALOGUE_SYNC_API_KEY_FILE: system.ready.adminKeyFile,
    });
    expect(printed).toMatch(/My panel: completed in .* 370 added/);
    expect(printed).toContain('every 6 hours');
    expect(printed).toContain('"status":"up"');
  }, 120_000);

  it('lead the maker of an app from a key to what changed', async () => {
    const provider = await system.addProvider('Guided', panel);
    await system.sync(provider);
    await simulator.tomorrow('guides', { add: 3, edit: 2, remove: 1, move: 0 });
    await system.sync(provider);
    const { body } = await system.call<{ key: string }>('POST', '/api/keys', {
      name: 'app',
      scopes: ['read'],
    });
    const printed = await follow('building-an-app.md', {
      ID: provider,
      AUTH: `Authorization: Bearer ${body.key}`,
    });
    expect(printed).toContain('"snapshotVersion":2');
    expect(printed).toMatch(/^304$/m);
    expect(printed).toMatch(/^id: 1$/m);
  }, 120_000);
});
