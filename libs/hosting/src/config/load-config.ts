import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { BaseConfig } from './base.config.js';
import { ConfigError } from './config.error.js';

/**
 * Reads and validates the variables that `cls` declares (each needs a class-validator decorator); others are ignored, and an empty one
 * counts as absent. `<NAME>_FILE` names a file whose content, without trailing line breaks, is the value. Defaults are the class's own.
 * Throws one `ConfigError` that lists every problem and no value.
 */
export function loadConfig<Config extends object>(
  cls: new () => Config,
  env: NodeJS.ProcessEnv = process.env,
): Config {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of declaredNames(cls)) {
    const value = readVariable(name, env, problems);
    if (value !== undefined) values[name] = value;
  }
  if (cls.prototype instanceof BaseConfig || (cls as unknown) === BaseConfig) {
    values.REPLICA_NAME ??= defaultReplicaName(cls.name);
  }
  const config = plainToInstance(cls, values, { exposeDefaultValues: true });
  problems.push(...validateSync(config, { forbidUnknownValues: false }).flatMap(describe));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function declaredNames(cls: new () => object): Set<string> {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(cls, '', false, false);
  return new Set(metadata.map((entry) => entry.propertyName));
}

function readVariable(name: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const direct = env[name] || undefined;
  const file = env[`${name}_FILE`] || undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) {
    problems.push(`${name} and ${name}_FILE are both set: keep one of them`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '') || undefined;
  } catch (error) {
    problems.push(`${name}_FILE names a file that cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return undefined;
  }
}

function describe(error: ValidationError): string[] {
  return Object.values(error.constraints ?? {});
}

function defaultReplicaName(className: string): string {
  const service = className.replace(/Config$/, '').toLowerCase() || 'service';
  return `${service}-${hostname()}-${process.pid}`;
}
