import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, SimulatorFixture } from '../simulator.fixture.js';
import type { FaultRequest } from './fault-rule.js';

const LOGIN = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;
const LIST = `t/player_api.php?${LOGIN}&action=get_vod_streams`;

let simulator: SimulatorFixture;
let whole: string;
beforeAll(async () => {
  simulator = await SimulatorFixture.start([{ name: 't', movies: 400, series: 20, channels: 10 }]);
  whole = (await simulator.get(LIST)).body;
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await simulator.control('DELETE', 't/faults');
  await simulator.control('DELETE', 't/quirks');
});

const when = async (rule: FaultRequest) =>
  expect((await simulator.control('POST', 't/faults', rule)).status).toBe(201);
const pack = async (gzip: string) => simulator.control('PATCH', 't/quirks', { transport: { gzip } });
/** A body as bytes, as no reader touched it. */
const bytes = async (headers: Record<string, string> = {}) => {
  const { raw, headers: told } = await simulator.getRaw(LIST, headers);
  return { raw, encoding: told['content-encoding'] };
};

/** What comes over the wire until it ends: an HTTP client would stop at the length it was told. */
async function everything(path: string): Promise<string> {
  const { hostname, port } = new URL(simulator.url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET /${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('answers on their way', () => {
  it('are packed where it is asked for, unasked, or without a word', async () => {
    await pack('asked');
    expect((await bytes()).raw.toString()).toBe(whole);
    const asked = await bytes({ 'Accept-Encoding': 'gzip, br' });
    expect([gunzipSync(asked.raw).toString(), asked.encoding]).toEqual([whole, 'gzip']);
    await pack('always');
    const unasked = await bytes();
    expect([gunzipSync(unasked.raw).toString(), unasked.encoding]).toEqual([whole, 'gzip']);
    await pack('unlabelled');
    const unlabelled = await bytes();
    expect([gunzipSync(unlabelled.raw).toString(), unlabelled.encoding]).toEqual([whole, undefined]);
  });

  it('are cut while packed', async () => {
    await pack('always');
    await when({ times: 1, effect: { type: 'cut', afterBytes: 5_000, clean: true } });
    const { raw } = await bytes();
    expect(raw).toHaveLength(5_000);
    expect(() => gunzipSync(raw)).toThrow(/unexpected end/);
  });

  it('unpack to as much as was asked for', async () => {
    await when({ times: 1, effect: { type: 'gzip-bomb', bytes: 5_000_003 } });
    const bomb = await bytes();
    expect([bomb.encoding, bomb.raw.length < 10_000]).toEqual(['gzip', true]);
    const unpacked = gunzipSync(bomb.raw);
    expect([unpacked.length, JSON.parse(unpacked.toString())]).toEqual([5_000_003, []]);
  });

  it('lie about their length', async () => {
    await when({ times: 1, effect: { type: 'wrong-length', length: whole.length + 100 } });
    const long = await simulator.get(LIST);
    expect([long.body, long.broken]).toEqual([whole, 'ECONNRESET']);
    await when({ times: 1, effect: { type: 'wrong-length', length: 1_000 } });
    const [head, body] = (await everything(LIST)).split('\r\n\r\n');
    expect(head).toContain('Content-Length: 1000');
    expect(body).toBe(whole);
  });

  it('lead elsewhere', async () => {
    const to = async (effect: Omit<FaultRequest['effect'], 'type'>) => {
      await simulator.control('DELETE', 't/faults');
      await when({ effect: { type: 'redirect', ...effect } as FaultRequest['effect'] });
      const { status, headers } = await simulator.get(LIST);
      return [status, headers.location];
    };
    const { port } = new URL(simulator.url);
    expect(await to({ to: 'other-host' })).toEqual([302, `http://localhost:${port}/${LIST}`]);
    expect((await simulator.get(LIST, { Host: `localhost:${port}` })).body).toBe(whole);
    expect(await to({ to: 'https', code: 301 })).toEqual([301, `https://127.0.0.1:${port}/${LIST}`]);
    expect(await to({ to: 'loop', code: 308 })).toEqual([308, `/${LIST}`]);
    expect(await to({ to: 'html' })).toEqual([302, '/t/c/']);
    expect(await to({ location: 'http://parked.example/' })).toEqual([302, 'http://parked.example/']);
  });

  it.each([
    { type: 'redirect' },
    { type: 'redirect', to: 'moon' },
    { type: 'gzip-bomb' },
    { type: 'wrong-length' },
    { type: 'drift', add: -1 },
    { type: 'quirks' },
  ])('are not spoilt by halves: %j', async (effect) => {
    expect((await simulator.control('POST', 't/faults', { effect })).status).toBe(400);
  });
});
