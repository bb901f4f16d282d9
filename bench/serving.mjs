// What readers of a snapshot get from the gateway, beside the same bytes from a plain Node file server.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { ProviderUnderTest } from './provider-under-test.mjs';

/** Both servers are measured in turns, so that what else the machine does at a time hits both; the median of the rounds counts. */
const ROUNDS = 5;
/** Requests of a round: so many at once, so many in all. */
const DOCUMENTS = { parallel: 4, count: 20 };
const UNCHANGED = { parallel: 8, count: 2000 };
const FIRST_BYTES = { parallel: 1, count: 20 };

/** Gives `{ documents, unchanged, firstByte }`, each with the `gateway`'s and the `plain` server's figure (MB/s, answers/s, ms). */
export async function measureServing(system, simulator, items, directory) {
  const provider = await ProviderUnderTest.create(system, simulator, 'serving', {
    protocol: 'xtream',
    items,
  });
  await provider.sync();
  const path = `/api/providers/${provider.id}/snapshot`;
  const { key } = await provider.call('POST', '/api/keys', { name: 'reader', scopes: ['read'] });
  const gateway = { url: system.api + path, headers: { authorization: `Bearer ${key}` } };
  const first = await ask(gateway, new Agent({ keepAlive: true }), { keep: true });
  const file = join(directory, 'snapshot.json.gz');
  writeFileSync(file, first.body);
  // A session of its own, as the gateway has: the scheduler shares the processors among sessions first.
  const child = fork(join(import.meta.dirname, 'plain-file-server.mjs'), [file], { detached: true });
  try {
    const [{ url }] = await once(child, 'message');
    const servers = { gateway, plain: { url, headers: {} } };
    const etags = {};
    const rounds = {};
    for (const [name, server] of Object.entries(servers)) {
      etags[name] = (await ask(server, new Agent(), {})).headers.etag;
      // Once without looking at the clock: files and code are warm then.
      await measureOnce(server, etags[name]);
      rounds[name] = [];
    }
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, server] of Object.entries(servers))
        rounds[name].push(await measureOnce(server, etags[name]));
    const medians = (read) =>
      Object.fromEntries(Object.entries(rounds).map(([name, found]) => [name, median(found.map(read))]));
    return {
      documents: medians(({ document }) => document),
      unchanged: medians(({ unchanged }) => unchanged),
      firstByte: medians(({ firstByte }) => firstByte),
      documentBytes: first.body.length,
    };
  } finally {
    child.disconnect();
  }
}

/** MB/s of documents, answers 304 a second, and the median of the time to the first byte, ms. */
async function measureOnce(server, etag) {
  const documents = await run(server, DOCUMENTS, {});
  const { firstByteMs } = await run(server, FIRST_BYTES, {});
  const unchanged = await run(server, UNCHANGED, { 'if-none-match': etag }, 304);
  return {
    document: documents.bytes / documents.seconds / 1e6,
    firstByte: median(firstByteMs),
    unchanged: UNCHANGED.count / unchanged.seconds,
  };
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
