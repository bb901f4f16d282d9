import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type {
  JobId,
  ProviderConnection,
  ProviderId,
  ProviderSettings,
  ProviderView,
  SnapshotVersionView,
  SyncJobView,
  SyncMode,
  SyncStatus,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** What `standalone --json` says when everything is up. */
export interface ReadyLine {
  event: 'ready';
  api: string;
  nats: string;
  postgres: string;
  pids: Record<string, number[]>;
  adminKeyFile: string;
}

/** How many replicas of each service the suite runs with: `E2E_REPLICAS=2` repeats it with two. */
export const REPLICAS = Number(process.env['E2E_REPLICAS'] ?? '1');

/** Environment variable in which the address of a shared system stands, as JSON. */
export const SHARED_SYSTEM = 'E2E_SHARED_SYSTEM';

/** The whole system as a user starts it, driven over HTTP only. */
export class System {
  readonly ready: ReadyLine;
  /** Absent where it is shared. */
  private readonly process: ChildProcess | undefined;

  private constructor(process: ChildProcess | undefined, ready: ReadyLine) {
    this.process = process;
    this.ready = ready;
  }

  /** The one that the whole run shares, or one of our own where a file is run by itself. For whoever looks at nothing but its own providers. */
  static shared(): Promise<System> {
    const ready = process.env[SHARED_SYSTEM];
    return ready === undefined ? System.start() : Promise.resolve(System.at(JSON.parse(ready) as ReadyLine));
  }

  /** One that somebody else started, and stops. */
  static at(ready: ReadyLine): System {
    return new System(undefined, ready);
  }

  static async start(options: { dataDirectory?: string } = {}): Promise<System> {
    const keeping =
      options.dataDirectory === undefined ? ['--ephemeral'] : ['--data-dir', options.dataDirectory];
    const child = spawn(
      process.execPath,
      [
        join(root, 'apps', 'standalone', 'dist', 'main.js'),
        '--json',
        ...keeping,
        '--no-demo',
        '--port',
        '0',
        '--replicas',
        String(REPLICAS),
      ],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        // Where the simulator listens.
        env: { ...process.env, ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.0/8' },
      },
    );
    const tail: string[] = [];
    const keep = (chunk: Buffer): void => {
      tail.push(chunk.toString());
      if (tail.length > 100) tail.shift();
    };
    child.stderr?.on('data', keep);
    child.stdout?.on('data', keep);
    if (!child.stdout) throw new Error('the child has no standard output');
    for await (const line of createInterface({ input: child.stdout })) {
      const message = parse(line);
      if (message?.event !== 'ready') continue;
      child.stdout.resume();
      return new System(child, message as ReadyLine);
    }
    throw new Error(`standalone ended before it was ready:\n${tail.join('')}`);
  }

  async stop(): Promise<void> {
    if (this.process === undefined || this.process.exitCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exited;
  }

  /** What the admin's requests carry. */
  get authorization(): { authorization: string } {
    return { authorization: `Bearer ${readFileSync(this.ready.adminKeyFile, 'utf8').trim()}` };
  }

  /** A REST call; answers other than 2xx are given back too. */
  async call<T>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T; headers: Headers }> {
    const response = await fetch(`${this.ready.api}${path}`, {
      method,
      headers: {
        ...this.authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
      headers: response.headers,
    };
  }

  async addProvider(
    name: string,
    connection: ProviderConnection,
    settings: Partial<ProviderSettings> = {},
  ): Promise<ProviderId> {
    const fast = { requestsPerSecond: 100_000, parallelRequests: 8, removalConfirmations: 1, ...settings };
    const { status, body } = await this.call<ProviderView>('POST', '/api/providers', {
      name,
      connection,
      settings: fast,
    });
    if (status !== 201) throw new Error(`provider not created: ${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  async startSync(
    provider: ProviderId,
    mode: SyncMode | 'auto' = 'auto',
  ): Promise<{ status: number; job: SyncJobView }> {
    const path = `/api/providers/${provider}/sync`;
    const { status, body } = await this.call<SyncJobView>('POST', path, { mode });
    return { status, job: body };
  }

  /** Starts a sync and waits until its job has ended. */
  async sync(
    provider: ProviderId,
    { mode = 'auto', timeoutMs = 120_000 }: { mode?: SyncMode | 'auto'; timeoutMs?: number } = {},
  ): Promise<SyncJobView> {
    const { status, job } = await this.startSync(provider, mode);
    if (status !== 202) throw new Error(`sync not started: ${status} ${JSON.stringify(job)}`);
    return this.jobEnd(provider, job.id, timeoutMs);
  }

  jobEnd(provider: ProviderId, job: JobId, timeoutMs = 120_000): Promise<SyncJobView> {
    return waitFor(
      async () => {
        const { body } = await this.call<SyncJobView>('GET', `/api/providers/${provider}/sync/jobs/${job}`);
        // A job that does not end is told of as it stands: that says whose turn it is.
        if (body.finishedAt === undefined) throw new Error(JSON.stringify(body));
        return body;
      },
      { timeoutMs, everyMs: 100, what: `the end of job ${job}` },
    );
  }

  async status(provider: ProviderId): Promise<SyncStatus> {
    return (await this.call<SyncStatus>('GET', `/api/providers/${provider}/sync`)).body;
  }

  async snapshots(provider: ProviderId): Promise<SnapshotVersionView[]> {
    const { body } = await this.call<{ snapshots: SnapshotVersionView[] }>(
      'GET',
      `/api/providers/${provider}/snapshots`,
    );
    return body.snapshots;
  }
}

function parse(line: string): { event?: string } | undefined {
  try {
    return JSON.parse(line) as { event?: string };
  } catch {
    return undefined;
  }
}
