import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HeldRemoval, ProviderConnection } from '@catalogue-sync/contracts';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const root = join(import.meta.dirname, '../../..');

/** The code blocks of a language in a document of the repository. */
function blocksOf(document: string, language: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map(([, block = '']) => block);
}

/** The commands of README and guides, run as they stand there; what the reader puts into variables first is put there for them. */
describe('the documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guides-'));
  let system: System;
  let simulator: Simulator;
  let panel: ProviderConnection & { protocol: 'xtream' };
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
    const { xtream } = await simulator.catalogue('guides', { movies: 300, series: 40, channels: 30 });
    if (xtream.protocol !== 'xtream') throw new Error('no panel');
    panel = xtream;
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a shell prints that runs all `sh` blocks of a document, and stops at the first that fails. */
  async function follow(document: string, env: Record<string, string>): Promise<string> {
    // npx finds the workspace's own command from everywhere, as it does in the checkout.
    const npx = `npx() { "${root}/node_modules/.bin/$@"; }`;
    const blocks = blocksOf(document, 'sh');
    expect(blocks.length).toBeGreaterThan(3);
    return run(`set -eu\n${npx}\n${blocks.join('echo\n')}`, env);
  }

  async function run(script: string, env: Record<string, string>): Promise<string> {
    const file = join(folder, `${randomUUID()}.sh`);
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
    const printed = await follow('docs/operating.md', {
      URL: `${url}/get.php?username=${username}&password=${password}`,
      CATALOGUE_SYNC_URL: system.ready.api,
      CATALOGUE_SYNC_API_KEY_FILE: system.ready.adminKeyFile,
    });
    expect(printed).toMatch(/My panel: completed in .* 370 added/);
    expect(printed).toContain('every 6 hours');
    expect(printed).toContain('"status":"up"');
  });

  it('lead the maker of an app from a key to what changed', async () => {
    const provider = await system.addProvider('Guided', panel);
    await system.sync(provider);
    await simulator.tomorrow('guides', { add: 3, edit: 2, remove: 1, move: 0 });
    await system.sync(provider);
    const { body } = await system.call<{ key: string }>('POST', '/api/keys', {
      name: 'app',
      scopes: ['read'],
    });
    const printed = await follow('docs/building-an-app.md', {
      ID: provider,
      AUTH: `Authorization: Bearer ${body.key}`,
    });
    expect(printed).toContain('"snapshotVersion":2');
    expect(printed).toMatch(/^304$/m);
    expect(printed).toMatch(/^id: 1$/m);
  });

  it('show requests that are answered as they say', async () => {
    const provider = await system.addProvider('Shown', panel);
    await system.sync(provider);
    await simulator.tomorrow('guides', { add: 0, edit: 0, remove: 200, move: 0, kinds: ['movie'] });
    const { id: job } = await system.sync(provider);
    const { body: held } = await system.call<{ removals: HeldRemoval[] }>(
      'GET',
      `/api/providers/${provider}/removals`,
    );
    const { body: key } = await system.call<{ key: string }>('POST', '/api/keys', {
      name: 'player',
      scopes: ['playback'],
    });
    const { body: series } = await system.call<{ items: { id: string }[] }>(
      'GET',
      `/api/providers/${provider}/items?kind=series&limit=1`,
    );
    const [, user = '', password = ''] = /^csk_([^_]+)_(.+)$/.exec(key.key) ?? [];
    const commands = blocksOf('README.md', 'sh')
      .join('')
      .replace('series:4711', series.items[0]?.id ?? '')
      .replaceAll('<id>', user)
      .replaceAll('<secret>', password);
    const answers = await run(`curl() { command curl -o /dev/null -w '%{http_code} ' "$@"; }\n${commands}`, {
      ID: provider,
      DIGEST: held.removals[0]?.digest ?? '',
      JOB: job,
    });
    expect(answers.trim().split(' ').map(Number)).toEqual(
      [
        // A provider added, tested, synced and looked at.
        [201, 200, 202, 200],
        // The snapshot and its versions, the removals, the schedules.
        [200, 200, 200, 200, 200, 201],
        // The webhook, episodes, a key and its playlist.
        [201, 200, 201, 200],
        // That job has nothing left to repeat; the events.
        [409, 200],
      ].flat(),
    );
  });

  it('show a subscriber that reads the events', async () => {
    const provider = await system.addProvider('Read', panel);
    await system.sync(provider);
    const [source = ''] = blocksOf('README.md', 'js');
    // Where a service of the reader's would find the packages.
    const file = join(root, 'node_modules', `.readme-${randomUUID()}.mjs`);
    writeFileSync(file, source);
    const env = { ...process.env, NODE_OPTIONS: '', NATS_URL: system.ready.nats, ID: provider };
    const subscriber = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    try {
      for await (const line of createInterface({ input: subscriber.stdout })) {
        lines.push(line);
        if (lines.length === 20) break;
      }
    } finally {
      subscriber.kill('SIGKILL');
      rmSync(file);
    }
    expect(lines.map((line) => Number(line.split(' ')[0]))).toEqual(lines.map((_, index) => index + 1));
    expect(lines.at(-1)).toMatch(/^20 catalogue\.\S+-added\.v1 \S+$/);
  });
});
