import { describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES, serviceEnvironment, START_ORDER, STOP_ORDER } from './service-catalog.js';

const source = {
  natsUrl: 'nats://n',
  databases: {
    fetcher: 'pg://f',
    reconciler: 'pg://r',
    snapshot: 'pg://s',
    scheduler: 'pg://sch',
    notifier: 'pg://n',
    gateway: 'pg://g',
    reader: 'pg://read',
  },
  credentialsKeyFile: '/key',
  adminKeyFile: '/admin',
  allowedPrivateHosts: '127.0.0.1',
  spoolDir: '/spool',
  snapshotCacheDir: '/cache',
  simulatorPort: 4080,
  simulatorStateFile: '/simulator.json',
  simulatorCatalogues: [],
};

describe('the services', () => {
  it('are all started and all stopped', () => {
    expect(new Set(START_ORDER.flat())).toEqual(new Set(SERVICE_NAMES));
    expect(new Set(STOP_ORDER)).toEqual(new Set([...SERVICE_NAMES, 'nats', 'postgres']));
  });

  it('get the role of their own schema; only who keeps secrets gets the key of the credentials, only the gateway that of the admin', () => {
    const of = (name: (typeof SERVICE_NAMES)[number]) => serviceEnvironment(name, 1, source, {});
    expect(SERVICE_NAMES.map((name) => of(name).DATABASE_URL)).toEqual([
      undefined,
      'pg://r',
      'pg://s',
      'pg://f',
      'pg://sch',
      'pg://n',
      'pg://read',
    ]);
    expect(of('gateway').OWN_DATABASE_URL).toBe('pg://g');
    expect(SERVICE_NAMES.filter((name) => of(name).CREDENTIALS_KEY_FILE !== undefined)).toEqual([
      'fetcher',
      'notifier',
    ]);
    expect(SERVICE_NAMES.filter((name) => of(name).ADMIN_KEY_FILE !== undefined)).toEqual(['gateway']);
  });

  it('may reach the private hosts that are allowed: providers those alone, webhooks this machine too', () => {
    const allowed = (allowedPrivateHosts: string) =>
      (['fetcher', 'notifier', 'gateway'] as const).map(
        (name) => serviceEnvironment(name, 1, { ...source, allowedPrivateHosts }, {}).ALLOWED_PRIVATE_HOSTS,
      );
    expect(allowed('nas.lan')).toEqual(['nas.lan', 'nas.lan,127.0.0.0/8,::1', undefined]);
    expect(allowed('')).toEqual(['', '127.0.0.0/8,::1', undefined]);
  });

  it('inherit what is meant for them, and nothing that would bend what we set', () => {
    const inherited = {
      FAULT_POINTS: 'x=kill',
      LOG_LEVEL: 'debug',
      DATABASE_URL_FILE: '/other',
      ADMIN_KEY: 'other',
      PORT: '80',
      PGDATABASE: 'other',
      HEALTH_PORT: '1',
      NODE_CHANNEL_FD: '3',
      npm_config_x: 'y',
    };
    const environment = serviceEnvironment('reconciler', 1, source, inherited);
    expect(environment).toEqual({
      FAULT_POINTS: 'x=kill',
      LOG_LEVEL: 'debug',
      NODE_COMPILE_CACHE: expect.stringContaining('node_modules'),
      DATABASE_URL: 'pg://r',
      NATS_URL: 'nats://n',
      HEALTH_PORT: '0',
    });
  });
});
