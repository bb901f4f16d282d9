import {
  ApiError,
  type CatalogueSyncApi,
  type ReadinessDto,
  type StreamDto,
  type SystemDto,
} from '@catalogue-sync/api-client';
import type { GatewayAccess } from '../gateway/find-gateway.js';
import { bad, good, type Check } from './check.js';

/** Times of events and schedules go wrong beyond it, ms. */
const MAX_CLOCK_DIFFERENCE_MS = 5_000;
/** The readiness of a system at rest is answered in some ms; the probes behind it give up after 2 s. */
const SLOW_READINESS_MS = 1_500;
const SLOW_LOOP_SECONDS = 0.5;
/** Messages: more than a full sync of a large catalogue puts before a consumer that keeps up. */
const MAX_PENDING = 5_000;

const RESTART: Readonly<Record<string, string>> = {
  database: 'Look at its log (logs/postgres.log in the data directory), and restart PostgreSQL.',
  nats: 'Look at its log (logs/nats.log in the data directory), and restart nats-server.',
};

/** Whether anything answers as a gateway does; whose clock differs. */
export async function checkReachable(access: GatewayAccess, signal: AbortSignal): Promise<Check[]> {
  const name = 'Gateway';
  try {
    const began = Date.now();
    const response = await fetch(`${access.url}/health/live`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    const ended = Date.now();
    if (!response.ok)
      return [
        bad(
          name,
          `${access.url} answers ${response.status}`,
          'Is this the address of the gateway? Name it with --url.',
        ),
      ];
    await response.body?.cancel();
    return [
      good(name, `${access.url} answers in ${ended - began} ms`),
      checkClock(response.headers.get('date'), (began + ended) / 2),
    ];
  } catch (error) {
    if (signal.aborted) throw error;
    return [
      bad(
        name,
        `${access.url} does not answer`,
        'Start it with "npm start", or name another one with --url or CATALOGUE_SYNC_URL.',
      ),
    ];
  }
}

/** `Date` is in whole seconds. */
export function checkClock(date: string | null, now: number): Check {
  const theirs = Date.parse(date ?? '');
  const name = 'Clock';
  if (Number.isNaN(theirs)) return good(name, 'the gateway does not tell its time');
  const difference = Math.max(0, Math.abs(theirs + 500 - now) - 500);
  const detail = `${(difference / 1000).toFixed(1)} s apart from the gateway's`;
  return difference <= MAX_CLOCK_DIFFERENCE_MS
    ? good(name, detail)
    : bad(name, detail, 'Let both machines set their clocks by NTP (timedatectl set-ntp true).');
}

/** Each part behind the gateway. */
export async function checkServices(api: CatalogueSyncApi, signal: AbortSignal): Promise<Check[]> {
  const began = performance.now();
  const readiness = await api.getReadiness({ signal }).catch((error: unknown) => {
    // 503 has the same body: something that it cannot do without is down.
    if (error instanceof ApiError && error.status === 503) return error.fields.body as ReadinessDto;
    throw error;
  });
  const took = performance.now() - began;
  const parts = Object.entries(readiness.parts).map(([part, state]) =>
    state === 'up'
      ? good(part, 'up')
      : bad(
          part,
          state,
          RESTART[part] ?? `Look at its log (logs/${part}.log in the data directory), and restart it.`,
        ),
  );
  if (took <= SLOW_READINESS_MS) return parts;
  return [
    ...parts,
    bad(
      'Readiness',
      `took ${Math.round(took)} ms`,
      'The machine or the database is busy: look at its load, and at running syncs.',
    ),
  ];
}

/** Whether every service is there, and whether who reads the streams keeps up. */
export function checkSystem({ services, streams }: SystemDto): Check[] {
  const replicas = services.map(({ name, replicas }) => `${name} ${replicas.length}`).join(', ');
  const missing = services.filter((service) => service.replicas.length === 0).map(({ name }) => name);
  const name = 'Replicas';
  return [
    missing.length === 0
      ? good(name, replicas)
      : bad(name, `none of ${missing.join(', ')}`, `Start ${missing.join(', ')}, or look at its log.`),
    ...streams.map(checkStream),
  ];
}

function checkStream({ name, messages, consumers }: StreamDto): Check {
  const behind = consumers.filter(({ pending }) => pending > MAX_PENDING);
  if (behind.length === 0) return good(name, `${messages} messages, nobody is far behind`);
  const worst = behind[0]!;
  return bad(
    name,
    `${worst.name} has ${worst.pending} messages before it`,
    'While a large sync runs that passes. Else look at the log of the service, and at dead letters.',
  );
}

/** How long the gateway's own work makes requests wait. */
export async function checkLoad(api: CatalogueSyncApi, signal: AbortSignal): Promise<Check> {
  const text = String(await api.getMetrics({ parseAs: 'text', signal }));
  const lag = Number(/^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1] ?? Number.NaN);
  const name = 'Load';
  if (Number.isNaN(lag)) return good(name, 'the gateway does not tell');
  const detail = `requests wait ${(lag * 1000).toFixed(0)} ms at most (p99) for the gateway's own work`;
  return lag <= SLOW_LOOP_SECONDS
    ? good(name, detail)
    : bad(name, detail, 'Give the machine more CPU, or run another gateway (--replicas 2).');
}
