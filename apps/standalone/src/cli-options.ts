import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface StandaloneOptions {
  /** Start the simulator and the two demo providers. */
  demo: boolean;
  /** Absolute; undefined: a throw-away folder that is removed at the end. */
  dataDir?: string;
  /** Where to start looking for a free port of the gateway; 0: any. */
  port: number;
  /** Processes of each service. */
  replicas: number;
  /** Movies and series of each demo provider; undefined: as many as there are, FULL_DEMO_SIZE on a new directory. */
  demoSize?: number;
  /** One JSON object per event instead of text. */
  json: boolean;
}

export type CommandLine =
  | { kind: 'run'; options: StandaloneOptions }
  | { kind: 'help' }
  | { kind: 'refused'; message: string };

/** 5,942 pages of 14 rows. */
export const FULL_DEMO_SIZE = 83_183;

export const HELP = `Usage: npm start -- [options]

Starts catalogue-sync with its own PostgreSQL and NATS, and two demo providers that are synced before your eyes.

  --no-demo            no simulator and no demo providers
  --demo-size <items>  movies and series of each demo provider (default ${FULL_DEMO_SIZE})
  --port <n>           port of the API; the next free one is taken when it is busy (default 3000)
  --data-dir <folder>  where everything is kept between runs (default ./.data)
  --ephemeral          keep nothing: a throw-away folder, removed at the end
  --replicas <n>       processes of each service (default 1)
  --json               one JSON object per line instead of text
  --help               this text
`;

/** Reads the arguments after the script's name. A folder is relative to where it was typed, the default one to the project. */
export function parseCommandLine(
  args: readonly string[],
  places: { project: string; typedIn: string },
): CommandLine {
  let values: ReturnType<typeof readValues>;
  try {
    values = readValues(args);
  } catch (error) {
    // "Unknown option '--x'. To specify a positional argument …": the first sentence says it.
    return { kind: 'refused', message: (error as Error).message.split('. ')[0] ?? '' };
  }
  if (values.help === true) return { kind: 'help' };
  if (values.ephemeral === true && values['data-dir'] !== undefined)
    return {
      kind: 'refused',
      message: '--ephemeral keeps nothing, --data-dir keeps everything: give one of them',
    };
  const port = readInteger('--port', values.port ?? '3000', 0, 65_535);
  const replicas = readInteger('--replicas', values.replicas ?? '1', 1, 8);
  const demoSize = readInteger('--demo-size', values['demo-size'] ?? String(FULL_DEMO_SIZE), 100, 1_000_000);
  const problem = [port, replicas, demoSize].find((value) => typeof value === 'string');
  if (problem !== undefined) return { kind: 'refused', message: String(problem) };
  if (values['data-dir'] === '') return { kind: 'refused', message: '--data-dir asks for a folder' };
  const dataDir = resolve(
    ...(values['data-dir'] === undefined
      ? ([places.project, '.data'] as const)
      : ([places.typedIn, values['data-dir']] as const)),
  );
  return {
    kind: 'run',
    options: {
      demo: values['no-demo'] !== true,
      ...(values.ephemeral === true ? {} : { dataDir }),
      port: Number(port),
      replicas: Number(replicas),
      ...(values['demo-size'] === undefined ? {} : { demoSize: Number(demoSize) }),
      json: values.json === true,
    },
  };
}

function readValues(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      'no-demo': { type: 'boolean' },
      'demo-size': { type: 'string' },
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      ephemeral: { type: 'boolean' },
      replicas: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}

/** The number, or what is wrong with it. */
function readInteger(name: string, text: string, min: number, max: number): number | string {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : `${name} asks for a number from ${min} to ${max}`;
}
