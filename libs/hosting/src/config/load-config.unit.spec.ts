import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MinLength } from 'class-validator';
import { BaseConfig } from './base.config.js';
import { ConfigError } from './config.error.js';
import { loadConfig } from './load-config.js';
import { ReadableBy } from './readable-by.js';

class SampleConfig extends BaseConfig {
  @Type(() => Number)
  @IsInt()
  @Max(10)
  WORKERS: number = 4;

  @IsString()
  @MinLength(8)
  SECRET!: string;

  @IsOptional()
  @IsString()
  NOTE?: string;

  @ReadableBy(JSON.parse, { message: 'RULES must be JSON' })
  RULES: string = '[]';
}

const good = {
  DATABASE_URL: 'postgres://me:hush@127.0.0.1:5432/db',
  NATS_URL: 'nats://127.0.0.1:4222,nats://127.0.0.1:4223',
  SECRET: 'long enough',
};

describe('loadConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const problems = (env: NodeJS.ProcessEnv): readonly string[] => {
    try {
      loadConfig(SampleConfig, env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  it('takes a text that its reader takes, and no other', () => {
    expect(problems({ ...good, RULES: '[1]' })).toEqual([]);
    expect(problems({ ...good, RULES: '[1' })).toEqual(['RULES must be JSON']);
  });

  it('reads what the class declares, with its defaults, and ignores the rest', () => {
    const config = loadConfig(SampleConfig, {
      ...good,
      WORKERS: '7',
      LEASE_TTL_MS: '2000',
      PATH: '/bin',
      OTHER: 'x',
    });
    expect(config).toMatchObject({
      ...good,
      LOG_LEVEL: 'info',
      HEALTH_HOST: '127.0.0.1',
      LEASE_TTL_MS: 2_000,
      WORKERS: 7,
    });
    expect(config.REPLICA_NAME).toMatch(new RegExp(`^sample-.+-${process.pid}$`));
    expect(config).toBeInstanceOf(SampleConfig);
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(['OTHER']));
  });

  it('reports all that is wrong at once, and no value', () => {
    const found = problems({
      DATABASE_URL: 'mysql://hush@x',
      NATS_URL: 'nope',
      SECRET: 'hush',
      WORKERS: 'many',
      LOG_LEVEL: 'loud',
      HEALTH_PORT: '70000',
    });
    for (const name of ['DATABASE_URL', 'NATS_URL', 'SECRET', 'WORKERS', 'LOG_LEVEL', 'HEALTH_PORT']) {
      expect(found.some((problem) => problem.startsWith(name))).toBe(true);
    }
    expect(found.join('\n')).not.toContain('hush');
  });

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig(SampleConfig, { ...good, NOTE: '', WORKERS: '' })).toMatchObject({ WORKERS: 4 });
    expect(problems({ ...good, SECRET: '' })).toContain('SECRET must be a string');
  });

  it('reads a secret from a file, without its last line break', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 'from the file\n');
    const { SECRET: _, ...rest } = good;
    expect(loadConfig(SampleConfig, { ...rest, SECRET_FILE: file }).SECRET).toBe('from the file');
    expect(problems({ ...good, SECRET_FILE: file })).toContain(
      'SECRET and SECRET_FILE are both set: keep one of them',
    );
    expect(problems({ ...rest, SECRET_FILE: join(folder, 'none') })[0]).toContain('cannot be read: ENOENT');
  });
});
