// What readers of a snapshot get from the gateway, beside the same bytes from a plain Node file server.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { ProviderUnderTest } from './provider-under-test.mjs';

/** Requests of a measurement: so many at once, so many in all. */
const DOCUMENTS = { parallel: 4, count: 40 };
const UNCHANGED = { parallel: 8, count: 4000 };
const FIRST_BYTES = { parallel: 1, count: 40 };

/** Gives `{ documents, unchanged, firstByte }`, each with the `gateway`'s and the `plain` server's figure (MB/s, answers/s, ms). */
export async function measureServing(system, simulator, items, directory) {
  const provider = await ProviderUnderTest.create(system, simulator, 'serving', {
    protocol: 'xtream',
    items,
  });
  await provider.sync();
  const path = `/api/providers/${provider.id}/snapshot`;
  const gateway = { url: system.api + path, headers: system.authorization };
  const first = await ask(gateway, new Agent({ keepAlive: true }), { keep: true });
  const file = join(directory, 'snapshot.json.gz');
  writeFileSync(file, first.body);
  const child = fork(join(import.meta.dirname, 'plain-file-server.mjs'), [file]);
  try {
    const [{ url }] = await once(child, 'message');
    const servers = { gateway, plain: { url, headers: {} } };
    const result = { documents: {}, unchanged: {}, firstByte: {} };
    // Once without looking at the clock: files and code are warm then.
    for (const server of Object.values(servers)) await run(server, DOCUMENTS, {});
    for (const [name, server] of Object.entries(servers)) {
      const { bytes, seconds } = await run(server, DOCUMENTS, {});
      result.documents[name] = bytes / seconds / 1e6;
      result.firstByte[name] = median((await run(server, FIRST_BYTES, {})).firstByteMs);
      const { headers } = await ask(server, new Agent({ keepAlive: true }), {});
      const known = { 'if-none-match': headers.etag };
      const { seconds: of304 } = await run(server, UNCHANGED, known, 304);
      result.unchanged[name] = UNCHANGED.count / of304;
    }
    return { ...result, documentBytes: first.body.length };
  } finally {
    child.disconnect();
  }
}

async function run({ url, headers }, { parallel, count }, more, status = 200) {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  let left = count;
  let bytes = 0;
  const firstByteMs = [];
  const began = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const answer = await ask({ url, headers: { ...headers, ...more } }, agent, {});
      if (answer.status !== status) throw new Error(`${url} answered ${answer.status}, not ${status}`);
      bytes += answer.bytes;
      firstByteMs.push(answer.firstByteMs);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { bytes, seconds, firstByteMs };
}

/** Takes the body as it comes; only `keep` holds it in memory. */
function ask({ url, headers }, agent, { keep = false }) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { 'accept-encoding': 'gzip', ...headers } }, (response) => {
      const chunks = [];
      let bytes = 0;
      let firstByteMs = performance.now() - began;
      response.once('data', () => (firstByteMs = performance.now() - began));
      response.on('data', (chunk) => {
        bytes += chunk.length;
        if (keep) chunks.push(chunk);
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          bytes,
          firstByteMs,
          body: keep ? Buffer.concat(chunks) : undefined,
        }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
