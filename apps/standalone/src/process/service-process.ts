import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { Backoff, RESTART_POLICY, type RestartPolicy } from './backoff.js';
import { giveWay } from './give-way.js';
import { lastLines } from './log-tail.js';

/** What to run. */
export interface ServiceSpec {
  name: string;
  /** From 1. */
  replica: number;
  /** The script. */
  entry: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Node's own arguments; none unless told. */
  execArgv?: string[];
  /** How far it gives way to others when the processors are busy: from 0, which is the default, to 19. */
  niceness?: number;
}

/** What a service says over IPC when it is up. */
export interface ReadyMessage {
  type: 'ready';
  name?: string;
  url?: string;
  /** Where its health and metrics are told, when it was given a port for them. */
  healthPort?: number;
}

/** Told as it happens. */
export interface ServiceHooks {
  started(service: ServiceProcess, seconds: number, again: boolean): void;
  /** It died and is started again in so many ms. */
  died(service: ServiceProcess, reason: string, againInMs: number): void;
  /** It died too often in a row. */
  gaveUp(service: ServiceProcess, error: ServiceStartError): void;
}

/** A service did not come up; the message carries the last lines of its log. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
}

const READY_WITHIN_MS = 120_000;
/** Services drain for at most 10 s. */
const STOP_WITHIN_MS = 12_000;
const TOLD_LINES = 12;

/**
 * One service as a process of its own. It is in a process group of its own, so that a terminal's Ctrl-C reaches only us and the
 * order of stopping is ours; when we die, it sees its IPC channel close. Once it was up, it is started again when it dies.
 */
export class ServiceProcess {
  private child?: ChildProcess;
  private healthPort?: number;
  private stopping = false;
  private retry?: NodeJS.Timeout;
  private readonly backoff: Backoff;

  constructor(
    readonly spec: ServiceSpec,
    private readonly hooks: ServiceHooks,
    policy: RestartPolicy = RESTART_POLICY,
  ) {
    this.backoff = new Backoff(policy);
  }

  /** While it runs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Of the process that was up last. */
  get metricsUrl(): string | undefined {
    return this.healthPort === undefined ? undefined : `http://127.0.0.1:${this.healthPort}/metrics`;
  }

  /** Resolves when the service says that it is up. Throws ServiceStartError. */
  async start(): Promise<ReadyMessage> {
    const ready = await this.launch(false);
    return ready;
  }

  /** Asks for an orderly end and waits for it; kills it after 12 s. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.retry);
    const child = this.child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    if (process.platform === 'win32') child.disconnect();
    else child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.stopping = true;
    clearTimeout(this.retry);
    this.child?.kill('SIGKILL');
  }

  private async launch(again: boolean): Promise<ReadyMessage> {
    if (this.stopping) throw this.failure('was told to stop');
    const began = performance.now();
    const child = this.spawn();
    this.child = child;
    let up = false;
    child.once('exit', (code, signal) => {
      this.child = undefined;
      if (up && !this.stopping) this.afterDeath(signal ?? `code ${code}`);
    });
    const ready = await this.untilReady(child);
    up = true;
    this.healthPort = ready.healthPort;
    this.backoff.started(Date.now());
    this.hooks.started(this, (performance.now() - began) / 1000, again);
    return ready;
  }

  private spawn(): ChildProcess {
    const { entry, env, logFile, execArgv = [], niceness = 0 } = this.spec;
    if (!existsSync(entry)) throw this.failure(`is not built: ${entry} is missing. Run "npm run build"`);
    const log = openSync(logFile, 'a', 0o600);
    try {
      const child = fork(entry, [], {
        env,
        execArgv,
        detached: process.platform !== 'win32',
        stdio: ['ignore', log, log, 'ipc'],
      });
      if (child.pid !== undefined && niceness > 0) void giveWay(child.pid, niceness);
      return child;
    } finally {
      closeSync(log);
    }
  }

  private untilReady(child: ChildProcess): Promise<ReadyMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(this.failure(`did not come up within ${READY_WITHIN_MS / 1000} s`));
      }, READY_WITHIN_MS);
      child.on('message', (message: unknown) => {
        if (!isReadyMessage(message)) return;
        clearTimeout(timer);
        resolve(message);
      });
      const failed = (why: string) => {
        clearTimeout(timer);
        reject(this.failure(`did not start (${why})`));
      };
      child.once('error', (error) => failed(error.message));
      child.once('exit', (code, signal) => failed(String(signal ?? `code ${code}`)));
    });
  }

  private afterDeath(reason: string): void {
    const delay = this.backoff.died(Date.now());
    if (delay === undefined) {
      this.hooks.gaveUp(this, this.failure(`died again and again (${reason})`));
      return;
    }
    this.hooks.died(this, reason, delay);
    this.retry = setTimeout(() => {
      this.launch(true).catch((error: unknown) => {
        if (!this.stopping)
          this.afterDeath(error instanceof Error ? (error.message.split('\n')[0] ?? '') : '');
      });
    }, delay);
  }

  private failure(what: string): ServiceStartError {
    const lines = lastLines(this.spec.logFile, TOLD_LINES);
    const tail = lines.length === 0 ? '' : `\nThe last lines of ${this.spec.logFile}:\n${lines.join('\n')}`;
    return new ServiceStartError(`${this.spec.name} ${what}.${tail}`);
  }
}

function isReadyMessage(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && (message as ReadyMessage).type === 'ready';
}
