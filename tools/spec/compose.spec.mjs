import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
const ours = Object.entries(compose.services).filter(([, service]) => service.image === 'catalogue-sync');

describe('docker-compose.yml', () => {
  it('runs every service that has a main, and none that has not', () => {
    const services = ours.map(([, service]) => String(service.environment.SERVICE)).toSorted();
    expect(services).toEqual([
      'fetcher',
      'gateway',
      'notifier',
      'provider-simulator',
      'reconciler',
      'scheduler',
      'snapshot',
    ]);
    for (const service of services) expect(existsSync(join(root, 'apps', service, 'src/main.ts'))).toBe(true);
  });

  it('starts of each service what the build has made, with the arguments that npm start gives it', () => {
    const command = /^CMD .*exec node ((?:--\S+ )*)(\S+)\$\{SERVICE:[^}]+\}(\S+)"\]$/m;
    const [, args, before, after] = command.exec(readFileSync(join(root, 'deploy/Dockerfile'), 'utf8')) ?? [];
    const catalog = readFileSync(join(root, 'apps/standalone/src/service-catalog.ts'), 'utf8');
    const [, started] = /SERVICE_NODE_ARGS[^=]*= \[([^\]]*)\]/.exec(catalog) ?? [];
    expect(args.trim().split(' ')).toEqual(started.match(/--[^']+/g));
    const missing = ours
      .map(([, service]) => `${before}${service.environment.SERVICE}${after}`)
      .filter((file) => !existsSync(join(root, file)));
    expect(missing).toEqual([]);
  });

  it.each(ours.filter(([name]) => name !== 'provider-simulator'))(
    'tells %s where the database and NATS are',
    (_name, service) => {
      expect(service.environment.DATABASE_URL).toMatch(/^postgres:\/\/\S+@postgres:5432\/catalogue_sync$/);
      expect(service.environment.NATS_URL).toBe('nats://nats:4222');
      expect(Object.keys(service.depends_on).sort()).toEqual(['nats', 'postgres']);
    },
  );

  it('gives the gateway its two roles, and the keys as secrets to who needs them', () => {
    expect(compose.services.gateway.environment.DATABASE_URL).toContain('//catalogue_reader:');
    expect(compose.services.fetcher.environment.CREDENTIALS_KEY_FILE).toBe('/run/secrets/credentials_key');
    expect(compose.services.fetcher.secrets).toEqual(['credentials_key']);
    expect(compose.services.gateway.environment.OWN_DATABASE_URL).toContain('//catalogue_gateway:');
    expect(compose.services.gateway.environment.ADMIN_KEY_FILE).toBe('/run/secrets/admin_key');
    expect(compose.services.gateway.secrets).toEqual(['admin_key']);
  });

  it('publishes ports on the loopback address only', () => {
    for (const [, service] of ours)
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('refers only to files that exist', () => {
    for (const file of ['deploy/Dockerfile', 'deploy/postgres-init.sql', 'deploy/nats.conf'])
      expect(existsSync(join(root, file))).toBe(true);
  });
});
