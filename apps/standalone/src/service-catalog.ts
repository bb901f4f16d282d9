import { fileURLToPath } from 'node:url';
import type { DatabaseUrls } from './database.js';

export const SERVICE_NAMES = [
  'provider-simulator',
  'reconciler',
  'snapshot',
  'fetcher',
  'scheduler',
  'notifier',
  'gateway',
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Together; then the gateway, whose views the others' migrations make. */
export const START_ORDER: readonly (readonly ServiceName[])[] = [
  ['provider-simulator', 'reconciler', 'snapshot', 'fetcher', 'scheduler', 'notifier'],
  ['gateway'],
];

/** Who takes work in goes first, who is needed to finish it later. */
export const STOP_ORDER = [
  'gateway',
  'scheduler',
  'fetcher',
  'reconciler',
  'snapshot',
  'notifier',
  'provider-simulator',
  'nats',
  'postgres',
] as const;

/** The script of each service. */
export type ServiceEntries = Record<ServiceName, string>;

/** As the build bundles them: `dist/services/<name>.mjs`. */
export const BUILT_ENTRIES = Object.fromEntries(
  SERVICE_NAMES.map((name) => [
    name,
    fileURLToPath(new URL(`../../../dist/services/${name}.mjs`, import.meta.url)),
  ]),
) as ServiceEntries;

/** The dashboard as built beside us. */
const BUILT_DASHBOARD = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

/**
 * Compiled code of the services: less work at each start. It stands among the packages, where a new install removes it;
 * where that folder cannot be written Node does without.
 */
const COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

/**
 * Node's arguments for every service. On a machine with much memory V8 lets the heap grow by half and more before it collects, and a service
 * that streams pages then holds some 100 to 200 MB of garbage for nothing. What a service really holds does not grow with the catalogue and
 * stays below 100 MB; a heap that may not pass 256 MB is collected in smaller steps. A young generation of 4 MB takes some 20 MB less memory than
 * one of 16, but the reconciler a third more processor time in a first sync; one of 32 brings nothing.
 * Under such a limit V8 also collects after every 10 MB or so, and it counts what was read from a socket: of a list of 65 MB a third of the fetcher's time
 * went into marking the same 35 MB seven times. Letting the heap grow by 150 % between two collections costs 20 to 60 MB.
 * Containers set the same, see deploy/Dockerfile.
 */
export const SERVICE_NODE_ARGS: readonly string[] = [
  '--max-semi-space-size=16',
  '--max-old-space-size=256',
  '--heap-growing-percent=150',
];

/**
 * Who gives way on a machine that all share: those that work through what has come, to those whose answers somebody waits for. A portal that
 * is swept waits for the fetcher's next request, a person for the gateway.
 */
export const NICENESS: Partial<Record<ServiceName, number>> = { reconciler: 10, snapshot: 10 };

/** Of metrics: free ones, told at `ready`. The gateway has them on its own port. */
const ANY_PORT = '0';
const THIS_MACHINE = '127.0.0.0/8,::1';

/** What the services' environments are made from. */
export interface EnvironmentSource {
  natsUrl: string;
  databases: DatabaseUrls;
  credentialsKeyFile: string;
  adminKeyFile: string;
  /** For providers and webhooks: separated by commas. */
  allowedPrivateHosts: string;
  spoolDir: string;
  snapshotCacheDir: string;
  /** 0: there is no simulator. */
  simulatorPort: number;
  /** Keeps the days that passed at the simulated providers. */
  simulatorStateFile: string;
  /** Creation bodies of the simulator's catalogues. */
  simulatorCatalogues: unknown[];
}

/** Of the caller's environment; a clash of what stands here with what we set would be ours to lose. */
const NOT_INHERITED =
  /^(DATABASE_URL|OWN_DATABASE_URL|NATS_URL|CREDENTIALS_KEY|ADMIN_KEY|PORT|HOST|HEALTH_PORT|HEALTH_HOST|REPLICA_NAME|SPOOL_DIR|SNAPSHOT_CACHE_DIR|DASHBOARD_DIR|DEMO_CONTROL_URL|NODE_CHANNEL_.*|SIMULATOR_.*|npm_.*|PG[A-Z]+)(_FILE)?$/;

/** Everything a service is told, on top of what we were given ourselves (LOG_LEVEL, FAULT_POINTS, LEASE_TTL_MS …). */
export function serviceEnvironment(
  name: ServiceName,
  replica: number,
  source: EnvironmentSource,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const base = Object.fromEntries(Object.entries(inherited).filter(([key]) => !NOT_INHERITED.test(key)));
  return {
    LOG_LEVEL: 'info',
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...base,
    ...ownEnvironment(name, replica, source),
  };
}

function ownEnvironment(name: ServiceName, replica: number, source: EnvironmentSource): NodeJS.ProcessEnv {
  switch (name) {
    case 'provider-simulator':
      return {
        SIMULATOR_HOST: '127.0.0.1',
        SIMULATOR_PORT: String(source.simulatorPort),
        SIMULATOR_STATE_FILE: source.simulatorStateFile,
        SIMULATOR_CATALOGUES: JSON.stringify(source.simulatorCatalogues),
      };
    case 'fetcher':
      return {
        DATABASE_URL: source.databases.fetcher,
        NATS_URL: source.natsUrl,
        CREDENTIALS_KEY_FILE: source.credentialsKeyFile,
        ALLOWED_PRIVATE_HOSTS: source.allowedPrivateHosts,
        SPOOL_DIR: `${source.spoolDir}/${replica}`,
        HEALTH_PORT: ANY_PORT,
      };
    case 'notifier':
      return {
        DATABASE_URL: source.databases.notifier,
        NATS_URL: source.natsUrl,
        CREDENTIALS_KEY_FILE: source.credentialsKeyFile,
        // Whoever runs everything on one machine has their receivers there, too.
        ALLOWED_PRIVATE_HOSTS: [source.allowedPrivateHosts, THIS_MACHINE].filter(Boolean).join(','),
        HEALTH_PORT: ANY_PORT,
      };
    case 'gateway':
      return {
        DATABASE_URL: source.databases.reader,
        OWN_DATABASE_URL: source.databases.gateway,
        ADMIN_KEY_FILE: source.adminKeyFile,
        NATS_URL: source.natsUrl,
        HOST: '127.0.0.1',
        SNAPSHOT_CACHE_DIR: source.snapshotCacheDir,
        DASHBOARD_DIR: BUILT_DASHBOARD,
        ...(source.simulatorPort === 0
          ? {}
          : { DEMO_CONTROL_URL: `http://127.0.0.1:${source.simulatorPort}` }),
      };
    default:
      return { DATABASE_URL: source.databases[name], NATS_URL: source.natsUrl, HEALTH_PORT: ANY_PORT };
  }
}
