// A provider of the simulator, registered with a running system, and its syncs as a user would start them.
import pg from 'pg';
import { processorTicks, stolenSince } from './stolen-time.mjs';
import { peakMemory, resetPeak } from './system-under-test.mjs';

const SERVICES = ['fetcher', 'reconciler', 'snapshot', 'gateway'];
/** The job says itself when it began and ended: looking more often only takes time from what is measured. */
const LOOK_EVERY_MS = 250;
const ACCOUNT = { username: 'u', password: 'p', mac: '00:1A:79:00:00:01' };

export class ProviderUnderTest {
  constructor(system, simulator, catalogue, listHost) {
    this.system = system;
    this.simulator = simulator;
    this.catalogue = catalogue;
    this.listHost = listHost;
    this.id = undefined;
  }

  /** Creates the catalogue `{ protocol, items, latencyMs }` and registers it, with limits that hold nothing up. */
  static async create(system, simulator, name, { protocol, items, latencyMs = 0 }) {
    const size = { movies: items, series: 0, channels: 0, latencyMs };
    await simulator.control('PUT', name, { seed: 1, ...size, account: ACCOUNT });
    const listHost = protocol === 'xtream' ? simulator.listHost : undefined;
    await listHost?.keep(name);
    const url = `${(listHost ?? simulator).url}/${name}`;
    const { username, password, mac } = ACCOUNT;
    const connection =
      protocol === 'xtream' ? { protocol, url, username, password } : { protocol, url: `${url}/c/`, mac };
    const settings = { requestsPerSecond: 100_000, parallelRequests: 8, removalConfirmations: 1 };
    const provider = new ProviderUnderTest(system, simulator, name, listHost);
    const view = await provider.call('POST', '/api/providers', { name, connection, settings });
    provider.id = view.id;
    return provider;
  }

  /** One sync from its start to its closed job: seconds, what the host took, peaks of memory, bytes in Postgres, and what the provider was asked. */
  async sync(mode = 'auto', { onProgress } = {}) {
    for (const [, pid] of this.#pids()) resetPeak(pid);
    await this.simulator.control('DELETE', `${this.catalogue}/ledger`);
    const ticks = processorTicks();
    const { id } = await this.call('POST', `/api/providers/${this.id}/sync`, { mode });
    let job;
    for (;;) {
      job = await this.#look(`/api/providers/${this.id}/sync/jobs/${id}`);
      if (job?.finishedAt) break;
      if (job) await onProgress?.(job);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    if (job.state !== 'completed') throw new Error(`the job ended ${job.state}: ${job.reason}`);
    return {
      seconds: (Date.parse(job.finishedAt) - Date.parse(job.createdAt)) / 1000,
      stolen: stolenSince(ticks),
      mode: [...new Set(job.scopes.map((scope) => scope.mode))].join(', '),
      peaks: Object.fromEntries(this.#pids().map(([service, pid]) => [service, peakMemory(pid)])),
      bytes: await databaseBytes(this.system.postgres),
      ledger: await this.simulator.control('GET', `${this.catalogue}/ledger`),
      job,
    };
  }

  async tomorrow(counts) {
    await this.simulator.control('POST', `${this.catalogue}/tomorrow`, counts);
    await this.listHost?.keep(this.catalogue);
  }

  async call(method, path, body) {
    const response = await fetch(this.system.api + path, {
      method,
      headers: { ...this.system.authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** Undefined while a service is away. */
  async #look(path) {
    const response = await fetch(this.system.api + path, { headers: this.system.authorization });
    if (response.status === 503) return void (await response.text());
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  #pids() {
    return SERVICES.flatMap((service) => (this.system.pids[service] ?? []).map((pid) => [service, pid]));
  }
}

export async function databaseBytes(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select pg_database_size(current_database())::float8 as bytes');
  await client.end();
  return rows[0].bytes;
}
