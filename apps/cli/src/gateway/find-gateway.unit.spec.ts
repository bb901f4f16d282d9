import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findGateway } from './find-gateway.js';

describe('the gateway that is meant', () => {
  let here: string;
  let dataDir: string;
  beforeEach(() => {
    here = mkdtempSync(join(tmpdir(), 'find-gateway-'));
    dataDir = join(here, '.data');
  });
  afterEach(() => rmSync(here, { recursive: true }));

  const runsHere = (api: string) => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'running.json'), JSON.stringify({ pid: 1, api }));
    writeFileSync(join(dataDir, 'admin.key'), 'csa_secret\n');
  };

  it('is the one that runs on the data directory, with its key', () => {
    runsHere('http://127.0.0.1:3007');
    expect(findGateway({}, {}, [here])).toEqual({
      url: 'http://127.0.0.1:3007',
      apiKey: 'csa_secret',
      dataDir,
    });
    expect(findGateway({ dataDir: '.data' }, {}, [here])).toMatchObject({ apiKey: 'csa_secret' });
  });

  it('is the usual address where nothing runs', () => {
    expect(findGateway({}, {}, [here])).toEqual({ url: 'http://127.0.0.1:3000' });
  });

  it('is what the option says, then the environment', () => {
    const environment = { CATALOGUE_SYNC_URL: 'https://b.example/', CATALOGUE_SYNC_API_KEY: ' k ' };
    expect(findGateway({ url: 'https://a.example' }, environment, [here]).url).toBe('https://a.example');
    expect(findGateway({}, environment, [here])).toEqual({ url: 'https://b.example', apiKey: 'k' });
  });

  it('is never sent the key of another one', () => {
    runsHere('http://127.0.0.1:3007');
    expect(findGateway({ url: 'https://a.example' }, {}, [here])).toEqual({ url: 'https://a.example' });
    expect(findGateway({ url: 'http://127.0.0.1:3007/' }, {}, [here]).apiKey).toBe('csa_secret');
  });

  it('is given the key of a file', () => {
    const file = join(here, 'key');
    writeFileSync(file, 'csk_a_b\n');
    expect(findGateway({ apiKeyFile: file }, { CATALOGUE_SYNC_API_KEY: 'k' }, [here]).apiKey).toBe('csk_a_b');
    expect(findGateway({}, { CATALOGUE_SYNC_API_KEY_FILE: file }, [here]).apiKey).toBe('csk_a_b');
    expect(() => findGateway({ apiKeyFile: join(here, 'none') }, {}, [here])).toThrow(/--api-key-file/);
  });

  it('is refused when it is no address, or its folder is not there', () => {
    expect(() => findGateway({ url: 'localhost:3000' }, {}, [here])).toThrow(/no address/);
    expect(() => findGateway({ dataDir: 'nowhere' }, {}, [here])).toThrow(/no folder/);
  });
});
