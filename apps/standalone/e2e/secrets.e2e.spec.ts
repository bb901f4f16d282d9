import { mkdtempSync, chmodSync, globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderId } from '@catalogue-sync/contracts';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const ACCOUNT = {
  username: 'ada.lovelace@example',
  password: 'Corr&ct H0rse/Battery',
  mac: '00:1A:79:C0:FF:EE',
};

/** The ways in which a secret can stand in a file. */
const spellings = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  encodeURI(secret),
  JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
];

describe('the secrets of a provider (I12)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'catalogue-sync-secrets-'));
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    chmodSync(directory, 0o755);
    [system, simulator] = await Promise.all([
      System.start({ dataDirectory: join(directory, 'data') }),
      Simulator.start(),
    ]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  it('stand in no file of the stores, no log, no event and no answer', async () => {
    const answers: string[] = [];
    const connections = await simulator.catalogue(
      'secret',
      { movies: 1500, series: 100, channels: 100 },
      ACCOUNT,
    );
    const providers: ProviderId[] = [];
    for (const protocol of ['stalker', 'xtream', 'm3u'] as const) {
      const provider = await system.addProvider(`Secret ${protocol}`, connections[protocol]);
      providers.push(provider);
      expect((await system.sync(provider)).state).toBe('completed');
    }
    const wrong = await system.addProvider('Wrong password', {
      protocol: 'xtream',
      url: connections.xtream.url,
      username: ACCOUNT.username,
      password: `${ACCOUNT.password}, but wrong`,
    });
    expect((await system.sync(wrong)).state).toBe('failed');
    for (const path of [
      '/api/providers',
      `/api/providers/${wrong}/sync`,
      ...providers.flatMap((id) =>
        ['', '/sync', '/snapshot', '/events?after=0&limit=1000'].map((end) => `/api/providers/${id}${end}`),
      ),
    ]) {
      answers.push(JSON.stringify((await system.call('GET', path)).body));
    }
    const keys = await makeKeys(system);
    await system.stop();

    const found: string[] = [];
    const secrets = Object.values(ACCOUNT).flatMap(spellings);
    for (const [index, answer] of answers.entries()) {
      for (const secret of secrets) if (answer.includes(secret)) found.push(`answer ${index}: ${secret}`);
    }
    const files = globSync('**/*', { cwd: directory }).map((file) => join(directory, file));
    const kept = files.filter((file) => statSync(file).isFile());
    expect(kept.length).toBeGreaterThan(50);
    for (const file of kept) {
      const bytes = readFileSync(file);
      for (const secret of secrets)
        if (bytes.includes(secret)) found.push(`${file.slice(directory.length)}: ${secret}`);
      for (const [name, key] of Object.entries(keys))
        if (bytes.includes(key) && file !== system.ready.adminKeyFile)
          found.push(`${file.slice(directory.length)}: ${name}`);
    }
    expect(found).toEqual([]);
  });
});

/** Every kind of secret that lets somebody in, each used once. */
async function makeKeys(system: System): Promise<Record<string, string>> {
  const admin = system.authorization.authorization.replace('Bearer ', '');
  const order = { name: 'secret', scopes: ['read'] };
  const { key } = (await system.call<{ key: string }>('POST', '/api/keys', order)).body;
  const { token } = (await system.call<{ token: string }>('POST', '/api/login-links', {})).body;
  const session = await system.call('POST', '/api/session', { token });
  const cookie = /=([\w-]+);/.exec(session.headers.get('set-cookie') ?? '')?.[1];
  const secret = key.split('_').slice(2).join('_');
  if (cookie === undefined || secret === '') throw new Error('no session or no key was made');
  await system.call('POST', '/api/session', { key });
  return { 'admin key': admin, 'API key': secret, 'login link': token, session: cookie };
}
