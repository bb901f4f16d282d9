// `npm run bench`: the full-size syncs beside the floor, in one invocation, as ratios. See bench/README.md for the method.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { EmbeddedNats, EmbeddedPostgres } from '@catalogue-sync/embedded';
import {
  peakMemory,
  resetPeak,
  root,
  startFloor,
  startSimulator,
  startSystem,
} from './system-under-test.mjs';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '83183' },
    large: { type: 'boolean', default: false },
    skip: { type: 'string', multiple: true, default: [] },
  },
});
const ITEMS = Number(values.items);
const SERVICES = ['fetcher', 'reconciler', 'snapshot', 'gateway'];
const directory = mkdtempSync(join(tmpdir(), 'catalogue-sync-bench-'));
chmodSync(directory, 0o755);
const rows = [];

const sizeOf = (items) => ({ movies: items, series: 0, channels: 0 });
const churnOf = (items) => {
  const one = Math.round(items / 100);
  return { add: Math.round(one * 0.3), edit: Math.round(one * 0.5), remove: Math.round(one * 0.2), move: 0 };
};

/** The same three runs for whoever `run` drives: cold, unchanged (the best of three), 1 % churn. */
async function threeRuns(name, protocol, items, simulator, catalogue, run) {
  const cold = await run();
  const unchanged = [await run(), await run(), await run()].sort((a, b) => a.seconds - b.seconds)[1];
  await simulator.control('POST', `${catalogue}/tomorrow`, churnOf(items));
  const churn = await run();
  for (const [kind, figures] of Object.entries({ cold, unchanged, churn })) {
    rows.push({ name, protocol, items, kind, ...figures });
    console.log(`${name} ${protocol} ${items} ${kind}: ${figures.seconds.toFixed(2)} s`);
  }
}

async function benchFloor(simulator) {
  const catalogue = 'floor';
  await simulator.control('PUT', catalogue, {
    seed: 1,
    ...sizeOf(ITEMS),
    account: { username: 'u', password: 'p', mac: '00:1A:79:00:00:01' },
  });
  const postgres = await new EmbeddedPostgres({ dataDir: join(directory, 'floor-pg') }).start();
  const nats = await new EmbeddedNats({ storeDir: join(directory, 'floor-nats') }).start();
  const floor = await startFloor({
    databaseUrl: postgres.url,
    natsUrl: nats.url,
    directory,
    listUrl: `${simulator.url}/${catalogue}/player_api.php?username=u&password=p&action=get_vod_streams`,
  });
  await threeRuns('floor', 'xtream', ITEMS, simulator, catalogue, async () => {
    resetPeak(floor.pid);
    const { seconds } = await floor.run();
    return { seconds, peaks: { floor: peakMemory(floor.pid) }, bytes: await databaseBytes(postgres.url) };
  });
  await floor.stop();
  await nats.stop();
  await postgres.stop();
}

async function benchSystem(simulator, protocol, items) {
  const catalogue = `${protocol}${items}`;
  const account = { username: 'u', password: 'p', mac: '00:1A:79:00:00:01' };
  await simulator.control('PUT', catalogue, { seed: 1, ...sizeOf(items), account });
  const system = await startSystem(join(directory, catalogue));
  const call = async (method, path, body) => {
    const response = await fetch(system.api + path, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const connection =
    protocol === 'xtream'
      ? {
          protocol,
          url: `${simulator.url}/${catalogue}`,
          username: account.username,
          password: account.password,
        }
      : { protocol, url: `${simulator.url}/${catalogue}/c/`, mac: account.mac };
  const settings = { requestsPerSecond: 100_000, parallelRequests: 8, removalConfirmations: 1 };
  const provider = await call('POST', '/api/providers', { name: catalogue, connection, settings });
  const pids = SERVICES.flatMap((service) => (system.pids[service] ?? []).map((pid) => [service, pid]));
  await threeRuns('catalogue-sync', protocol, items, simulator, catalogue, async () => {
    for (const [, pid] of pids) resetPeak(pid);
    const started = performance.now();
    const { id } = await call('POST', `/api/providers/${provider.id}/sync`, {});
    for (;;) {
      const job = await call('GET', `/api/providers/${provider.id}/sync/jobs/${id}`);
      if (job.finishedAt) {
        if (job.state !== 'completed') throw new Error(`the job ended ${job.state}: ${job.reason}`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const seconds = (performance.now() - started) / 1000;
    const peaks = Object.fromEntries(pids.map(([service, pid]) => [service, peakMemory(pid)]));
    return { seconds, peaks, bytes: await databaseBytes(system.postgres) };
  });
  await system.stop();
  rmSync(join(directory, catalogue), { recursive: true, force: true });
}

async function databaseBytes(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: found } = await client.query('select pg_database_size(current_database())::float8 as bytes');
  await client.end();
  return found[0].bytes;
}

function table() {
  const floorOf = (kind) => rows.find((row) => row.name === 'floor' && row.kind === kind)?.seconds;
  const head =
    '| what | items | run | seconds | items/s | times the floor | peak RSS, MB | Postgres, MB |\n| --- | --- | --- | --- | --- | --- | --- | --- |';
  const lines = rows.map((row) => {
    const ratio =
      row.items === ITEMS && floorOf(row.kind) ? (row.seconds / floorOf(row.kind)).toFixed(2) : '';
    const peaks = Object.entries(row.peaks)
      .map(([name, megabytes]) => `${name} ${megabytes === undefined ? '?' : Math.round(megabytes)}`)
      .join(', ');
    return `| ${row.name} ${row.protocol} | ${row.items} | ${row.kind} | ${row.seconds.toFixed(2)} | ${Math.round(row.items / row.seconds)} | ${ratio} | ${peaks} | ${Math.round(row.bytes / 1e6)} |`;
  });
  return [head, ...lines].join('\n');
}

const simulator = await startSimulator();
try {
  if (!values.skip.includes('floor')) await benchFloor(simulator);
  if (!values.skip.includes('xtream')) await benchSystem(simulator, 'xtream', ITEMS);
  if (!values.skip.includes('stalker')) await benchSystem(simulator, 'stalker', ITEMS);
  if (values.large) await benchSystem(simulator, 'xtream', ITEMS * 10);
} finally {
  await simulator.stop();
  rmSync(directory, { recursive: true, force: true });
}
const text = table();
console.log(`\n${text}`);
mkdirSync(join(root, 'bench/results'), { recursive: true });
writeFileSync(
  join(root, 'bench/results/last.md'),
  `Measured ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}.\n\n${text}\n`,
);
