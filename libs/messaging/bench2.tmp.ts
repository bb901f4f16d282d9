import { EVENT_TYPE, providerId, STREAM, subjects } from '@catalogue-sync/contracts';
import { connectNats, provisionStreams, EventRelay, partitionedSource } from './src/index.js';
const nc = await connectNats({ url: process.argv[2]!, name: 'b' });
await provisionStreams(nc);
const N = 83_000; const fill = 'x'.repeat(900);
const mk = (from: number, n: number) => Array.from({ length: n }, (_, i) => ({ seq: from + i + 1, type: EVENT_TYPE.itemAdded, kind: 'movie' as const, subject: `movie:${i}`, jobId: '0199-aaaa-bbbb' as never, time: '2026-01-01T00:00:00.000Z', data: `{"i":${from + i},"fill":"${fill}"}` }));
for (let r = 0; r < 4; r++) {
  const p = providerId('p' + r);
  const relay = new EventRelay(nc, { read: async (_p, a, l) => mk(a, Math.min(l, N - a)), head: async () => N });
  const t = performance.now(); const c0 = process.cpuUsage();
  for (let i = 0; i < N; i += 1000) await relay.relay(p, mk(i, 1000));
  const ms = performance.now() - t; const c = process.cpuUsage(c0);
  console.log(`relay fresh: ${Math.round(N / ms * 1000)} events/s  cpu ${Math.round((c.user + c.system) / 1000)} ms wall ${Math.round(ms)}`);
}
const own = () => ({ ttlMs: 10000, acquire: async (p: string) => ({ name: p, owner: 'x', token: 1 }), renew: async () => true, release: async () => {} });
for (let r = 0; r < 3; r++) {
  let n = 0; let done!: () => void; const all = new Promise<void>(x => done = x); const t = performance.now(); const c0 = process.cpuUsage();
  const source = partitionedSource({ name: 'e', stream: STREAM.events, filterSubject: subjects.eventsOf, ownership: own() as never, consumer: { kind: 'ordered', start: async () => ({}) }, batchPattern: 'x', batch: { maxUnits: 1000, units: () => 1, maxMessages: 1000, maxWaitMs: 20 }, discover: async () => [providerId('p' + r)] });
  await source.start({ nc, service: 'b', log: console as never, ensureStreams: async () => {}, dispatch: async (_p, d) => { n += (d as unknown[]).length; if (n >= N) done(); } });
  await all; const ms = performance.now() - t; const c = process.cpuUsage(c0);
  console.log(`ordered: ${Math.round(n / ms * 1000)}/s cpu ${Math.round((c.user + c.system) / 1000)} wall ${Math.round(ms)}`);
  await source.stop();
}
await nc.close(); process.exit(0);
