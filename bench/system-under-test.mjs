// Starts what is measured, each as its own process: the whole system as `npm start` runs it, the simulator, and servers for the floor.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '..');

export async function startSystem(dataDirectory) {
  const child = spawn(
    process.execPath,
    [
      join(root, 'apps/standalone/dist/main.js'),
      '--json',
      '--no-demo',
      '--port',
      '0',
      '--data-dir',
      dataDirectory,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      // The simulator stands on this machine, and what is measured asks as fast as it can.
      env: { ...process.env, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CALLER_REQUESTS_PER_SECOND: '0' },
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      continue;
    }
    if (message.event !== 'ready') continue;
    child.stdout.resume();
    const authorization = `Bearer ${readFileSync(message.adminKeyFile, 'utf8').trim()}`;
    return { ...message, authorization: { authorization }, stop: () => stop(child) };
  }
  throw new Error('the system ended before it was ready');
}

/** The simulator, and before its panels `listHost` (see `list-host.mjs`), which keeps its lists in `directory`. */
export async function startSimulator(directory) {
  const child = fork(join(root, 'dist/services/provider-simulator.mjs'), {
    env: { ...process.env, SIMULATOR_PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = await once(child, 'message');
  const control = async (method, path, body) => {
    const response = await fetch(`${message.url}/control/catalogues/${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`simulator: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  const listHost = await startListHost(message.url, directory);
  const stopBoth = async () => {
    await listHost.stop();
    await stop(child);
  };
  return { url: message.url, pid: child.pid, listHost, control, stop: stopBoth };
}

async function startListHost(simulatorUrl, directory) {
  const child = fork(join(root, 'bench/list-host.mjs'), [simulatorUrl, directory]);
  const [{ url }] = await once(child, 'message');
  const keep = async (name) => {
    child.send(name);
    const [{ failure }] = await once(child, 'message');
    if (failure !== undefined) throw new Error(`the list of ${name} was not kept: ${failure}`);
  };
  return { url, keep, stop: () => stop(child) };
}

export async function startFloor(options) {
  const child = spawn(process.execPath, [join(root, 'bench/floor-pipeline.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the floor pipeline ended early');
    return value;
  };
  await next();
  return {
    pid: child.pid,
    run: async () => {
      child.stdin.write('run\n');
      return JSON.parse(await next());
    },
    stop: async () => {
      child.stdin.write('end\n');
      await once(child, 'exit');
    },
  };
}

async function stop(child) {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Peak resident memory of a process since the last reset, MB; undefined where /proc does not tell. */
export function peakMemory(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** Starts the peak anew, so that each row of the table has its own. */
export function resetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Not permitted here: the peak then is the one since start, and the table says more than it should, never less.
  }
}
