import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { REFUSAL_FORMS } from '../quirks/access.quirks.js';
import { ACCOUNT, SimulatorFixture } from '../simulator.fixture.js';
import { StalkerBox } from '../stalker/stalker-client.fixture.js';

const PAGE = 'type=vod&action=get_ordered_list&category=*&sortby=added&p=1';
const LOGIN = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;

let simulator: SimulatorFixture;
beforeAll(async () => {
  simulator = await SimulatorFixture.start();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  const size = { movies: 60, series: 10, channels: 20, account: ACCOUNT };
  await simulator.control('PUT', 'real', size);
  await simulator.control('PUT', 'panel', { profile: 'panel', ...size });
});

const set = async (name: string, patch: object) =>
  expect((await simulator.control('PATCH', `${name}/quirks`, patch)).status).toBe(200);
const box = (name = 'real', mac?: string) => new StalkerBox(simulator, `${name}/server/load.php`, mac);
const panel = (query: string, login = LOGIN) => simulator.get(`panel/player_api.php?${login}${query}`);

describe('who is turned away', () => {
  it.each(REFUSAL_FORMS)('is told so in the form of that provider: %s', async (refusal) => {
    await set('real', { access: { refusal } });
    await set('panel', { access: { refusal } });
    const portal = await box().call(PAGE);
    const list = await panel('&action=get_vod_streams', 'username=a&password=b');
    expect([list.status, list.body]).toEqual([portal.status, portal.body]);
    const told = {
      'authorization-failed': [200, 'Authorization failed. 1'],
      'unauthorized-request': [200, 'Unauthorized request.'],
      'access-denied': [200, 'Access denied.'],
      empty: [200, ''],
      '401': [401, 'Unauthorized'],
      '403': [403, ''],
      'js-false': [200, '{"js":false}'],
      'js-error': [200, expect.stringContaining('"error"')],
      'token-null': [200, '{"js":{"token":null}}'],
      'auth-0': [200, '{"user_info":{"auth":0}}'],
      'not-found-page': [404, expect.stringContaining('nginx')],
    };
    expect([portal.status, portal.body]).toEqual(told[refusal]);
  });

  it('gets no token while handshakes fail, and keeps the one it has', async () => {
    const one = box('panel');
    await one.handshake();
    await set('panel', { access: { noToken: true } });
    expect(await box('panel').handshake()).toBeNull();
    expect((await one.call(PAGE)).status).toBe(200);
    expect((await one.call(PAGE)).body).toContain('"data":[{');
  });
});

describe('a session', () => {
  it('is stolen after so many calls, again and again', async () => {
    await set('real', { access: { stolenAfter: 3 } });
    const one = box();
    for (let round = 0; round < 2; round++) {
      await one.logIn();
      const bodies = [];
      for (let call = 0; call < 5; call++) bodies.push((await one.call(PAGE)).body.slice(0, 5));
      expect(bodies).toEqual(['{"js"', '{"js"', '{"js"', 'Autho', 'Autho']);
    }
  });

  it('is not stolen sooner by what was called in the one before', async () => {
    await set('panel', { access: { stolenAfter: 3 } });
    const one = box('panel');
    for (let round = 0; round < 2; round++) {
      await one.handshake();
      for (let call = 0; call < 2; call++) expect((await one.call(PAGE)).body).toContain('"data":[{');
    }
  });

  it('keeps a second device out, and lets its own device go on', async () => {
    await set('panel', { access: { secondSessionAfter: 3_600 } });
    const [one, other] = [box('panel'), box('panel')];
    await one.handshake();
    await one.call(PAGE);
    expect(await other.handshake()).toBeNull();
    expect((await one.call(PAGE)).body).toContain('"data":[{');
    const again = await one.js<{ token: string | null }>(
      `type=stb&action=handshake&token=${encodeURIComponent(one.token)}`,
    );
    expect(again.token).not.toBeNull();
  });
});

describe('an account', () => {
  it.each(['Expired', 'Banned', 'Disabled'])('that is %s finds no list, and is told why', async (status) => {
    const one = box();
    await one.logIn();
    await set('real', { account: { status } });
    await set('panel', { account: { status, expDate: null, maxConnections: '0' } });
    expect((await one.call(PAGE)).body).toBe('Access denied.');
    expect(await one.js('type=stb&action=get_profile')).toMatchObject({
      status: 1,
      msg: `Your account is ${status.toLowerCase()}`,
    });
    expect(JSON.parse((await panel('')).body)).toMatchObject({
      user_info: { auth: 1, status, exp_date: null, max_connections: '0' },
    });
    expect((await panel('&action=get_vod_streams')).body).toBe('{"user_info":{"auth":0}}');
    expect((await simulator.get(`panel/get.php?${LOGIN}`)).status).toBe(404);
    expect((await simulator.get('panel/playlist.m3u')).status).toBe(403);
    await set('panel', { account: { status, lists: 'empty' } });
    expect((await panel('&action=get_vod_streams')).body).toBe('[]');
    await set('panel', { account: { status, lists: 'served' } });
    expect(JSON.parse((await panel('&action=get_vod_streams')).body)).toHaveLength(60);
  });

  it('expires in the middle of a crawl', async () => {
    await simulator.control('POST', 'panel/faults', {
      match: { action: 'get_series' },
      effect: { type: 'quirks', set: { account: { status: 'Expired' } } },
    });
    expect(JSON.parse((await panel('&action=get_vod_streams')).body)).toHaveLength(60);
    for (const action of ['get_series', 'get_vod_streams'])
      expect((await panel(`&action=${action}`)).body).toBe('{"user_info":{"auth":0}}');
  });

  it.each([
    ['', 'Unlimited'],
    [null, 'Unlimited'],
    ['1898805600', 'Sun, 03 Mar 2030'],
  ])('tells its end in other words: %j', async (expDate, told) => {
    await set('panel', { account: { expDate } });
    const one = box('panel');
    await one.handshake();
    const info = await one.js<{ phone: string }>('type=account_info&action=get_main_info');
    expect(info.phone).toContain(told);
    expect(JSON.parse((await panel('')).body)).toMatchObject({ user_info: { exp_date: expDate } });
  });
});

describe('limits', () => {
  it('refuse what goes beyond a rate', async () => {
    await set('panel', { limits: { perSecond: 1, burst: 2, code: 429, retryAfter: '5' } });
    const answers = await Promise.all(Array.from({ length: 6 }, () => panel('')));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(3);
    expect(answers.find(({ status }) => status === 429)?.headers['retry-after']).toBe('5');
  });

  it('refuse what comes beside another request', async () => {
    await set('panel', { limits: { parallel: 1 }, latencyMs: 100 });
    const answers = await Promise.all([panel(''), panel(''), panel('')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 503, 503]);
  });

  it.each(['real', 'panel'])('ban after failed logins: %s', async (name) => {
    await set(name, { limits: { ban: { afterFailures: 3, seconds: 3_600 } } });
    const good = box(name);
    await good.logIn();
    const stranger = box(name, '00:1A:79:FF:FF:FF');
    for (let i = 0; i < 3; i++) await stranger.call('type=stb&action=get_profile');
    if (name === 'panel') for (let i = 0; i < 3; i++) await stranger.handshake();
    expect(await good.call(PAGE)).toMatchObject({ status: 403, body: '' });
    await simulator.control('DELETE', `${name}/quirks`);
    expect((await good.call(PAGE)).status).toBe(200);
  });
});

describe('a filter of user agents', () => {
  const asked = (agent: string, query = '&action=get_vod_streams') =>
    simulator.get(`panel/player_api.php?${LOGIN}${query}`, { 'User-Agent': agent });

  it.each([
    ['461', 461, ''],
    ['403-page', 403, '<!DOCTYPE html>'],
    ['challenge', 200, '<!DOCTYPE html>'],
    ['empty-lists', 200, '[]'],
  ])('keeps out whom it does not know: %s', async (refusal, status, body) => {
    await set('panel', { transport: { userAgent: { contains: 'vlc', allowed: true, refusal } } });
    const refused = await asked('curl/8');
    expect(refused.status).toBe(status);
    expect(refused.body.slice(0, 15)).toBe(body);
    expect(JSON.parse((await asked('VLC/3.0.21')).body)).toHaveLength(60);
  });

  it('keeps out whom it knows, and half-accepts others', async () => {
    const userAgent = { contains: 'curl', allowed: false, refusal: 'empty-lists' };
    await set('panel', { transport: { userAgent } });
    expect(JSON.parse((await asked('VLC/3.0.21')).body)).toHaveLength(60);
    expect(JSON.parse((await asked('curl/8', '')).body)).toMatchObject({ user_info: { auth: 1 } });
    const page = await simulator.get(`panel/portal.php?${PAGE}`, { 'User-Agent': 'curl/8' });
    expect(JSON.parse(page.body)).toMatchObject({ js: { total_items: 0, data: [] } });
  });
});
