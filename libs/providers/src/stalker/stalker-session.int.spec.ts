import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { fetchAll, makeClient, never, portal, startPortal, stopPortal } from './stalker-client.fixture.js';

beforeEach(startPortal);
afterEach(stopPortal);

describe('the session', () => {
  it('looks like a box', async () => {
    await makeClient({ language: 'fr', timezone: 'Europe/Paris', serialNumber: 'SN1' }).open(never);
    const { headers, url } = portal.server.requests.at(-1) ?? { headers: {}, url: '' };
    expect(headers).toMatchObject({
      cookie: 'mac=00%3A1A%3A79%3AAA%3ABB%3ACC; stb_lang=fr; timezone=Europe%2FParis',
      authorization: `Bearer ${portal.token}`,
      'x-user-agent': 'Model: MAG250; Link: WiFi',
      referer: `${portal.server.origin}/stalker_portal/c/`,
      sn: 'SN1',
    });
    expect(headers['user-agent']).toContain('MAG250');
    expect(url).toContain('JsHttpRequest=1-xml');
  });

  it('sends back the cookies of the portal, but keeps its own', async () => {
    portal.override = (_params, _request, response) => {
      if (!response.headersSent) response.setHeader('set-cookie', ['lb=node7; Path=/', 'mac=evil']);
      return undefined;
    };
    await makeClient().open(never);
    expect(portal.server.requests.at(-1)?.headers.cookie).toMatch(/^mac=00%3A1A.*; lb=node7$/);
  });

  it.each([
    ['a text', { text: 'Authorization failed.' }],
    ['a text with a number', { text: ' Authorization failed. 17\n' }],
    ['another text', { text: 'Unauthorized request.' }],
    ['nothing', { text: '' }],
    ['401', { status: 401 }],
    ['false', { js: false }],
  ])('logs in again, once, when the session is lost with %s in the middle of a walk', async (_name, lost) => {
    let stolen = false;
    portal.override = (params, request) => {
      if (params['p'] === '12' && !stolen) {
        stolen = true;
        portal.tokens++;
      }
      const isData = params['type'] === 'vod' && params['action'] === 'get_ordered_list';
      return isData && request.headers.authorization !== `Bearer ${portal.token}` ? lost : undefined;
    };
    const client = makeClient();
    await client.open(never);
    expect(portal.count('stb.handshake')).toBe(1);
    const { end, ids } = await fetchAll(client);
    expect(new Set(ids).size).toBe(300);
    expect(end.outcome).toBe('complete');
    // Four requests lost the session at once; one handshake served them all.
    expect(portal.count('stb.handshake')).toBe(2);
    expect(portal.count('stb.get_profile')).toBe(2);
  });

  it('sends what waited for its turn with the session of the moment', async () => {
    portal.override = (params) => {
      if (params['p'] === '3' && portal.tokens === 1) portal.tokens++;
      return undefined;
    };
    const client = makeClient({}, { parallelRequests: 1 });
    await client.open(never);
    const before = portal.count('vod.get_ordered_list');
    expect((await fetchAll(client)).end.outcome).toBe('complete');
    // 22 pages, the one behind them, page 1 again; the one that lost the session, and one that was sent before that was known.
    expect(portal.count('vod.get_ordered_list') - before).toBeLessThanOrEqual(26);
  });

  it('repeats a request exactly once, and then fails', async () => {
    portal.override = (params) => (params['p'] === '5' ? { text: 'Authorization failed.' } : undefined);
    const client = makeClient({}, { parallelRequests: 1 });
    await client.open(never);
    await expect(fetchAll(client)).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
    const asked = portal.server.asked.filter((url) => url.includes('&p=5&'));
    expect(asked).toHaveLength(2);
    expect(portal.count('stb.handshake')).toBe(2);
  });

  it('puts the MAC into the query where a portal answers with nothing without it', async () => {
    portal.override = (params) => (params['mac'] === undefined ? { text: '' } : undefined);
    const { end } = await fetchAll(makeClient());
    expect(end.outcome).toBe('complete');
    expect(portal.server.asked.at(-1)).toContain('mac=00%3A1A%3A79%3AAA%3ABB%3ACC');
  });

  it('does so too where only the lists want it there', async () => {
    portal.override = (params) =>
      params['action'] === 'get_ordered_list' && params['mac'] === undefined ? { text: '' } : undefined;
    expect((await fetchAll(makeClient())).end.outcome).toBe('complete');
    expect(portal.count('stb.handshake')).toBe(2);
  });

  it('shares its session with a test of the same connection', async () => {
    const syncing = makeClient();
    await syncing.open(never);
    await expect(makeClient().test(never)).resolves.toMatchObject({
      ok: true,
      counts: { channel: 2, vod: 300 },
    });
    expect(portal.count('stb.handshake')).toBe(1);
    expect((await fetchAll(syncing)).end.outcome).toBe('complete');
  });

  it('takes the login step where the portal asks for it', async () => {
    let loggedIn = false;
    portal.override = (params) => {
      if (params['action'] === 'do_auth') {
        loggedIn = params['login'] === 'alice' && params['password'] === 's3cret';
        return { js: loggedIn };
      }
      if (params['action'] !== 'get_profile') return undefined;
      return { js: { status: loggedIn && params['auth_second_step'] === '1' ? 0 : 2 } };
    };
    await makeClient({ login: 'alice', password: 's3cret' }).open(never);
    await expect(makeClient({ login: 'bob', password: 'x' }).open(never)).rejects.toMatchObject({
      code: ERROR_CODE.providerAuthFailed,
    });
    loggedIn = false;
    await expect(makeClient().open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
  });

  it.each([
    [
      'a MAC that the portal does not know',
      'handshake',
      { js: { token: null } },
      ERROR_CODE.providerAuthFailed,
    ],
    ['a blocked box', 'get_profile', { js: { status: 1, block_msg: 'blocked' } }, ERROR_CODE.providerRefused],
    ['a blocked account', 'get_profile', { text: 'Access denied.' }, ERROR_CODE.providerRefused],
    ['a web page', 'get_profile', { text: '<html>Authorization failed.</html>' }, ERROR_CODE.providerRefused],
  ])('refuses %s, and does not go on asking', async (_name, action, answer, code) => {
    portal.override = (params) => (params['action'] === action ? answer : undefined);
    await expect(makeClient().open(never)).rejects.toMatchObject({ code });
    expect(portal.count(`stb.${action}`)).toBeLessThanOrEqual(2);
    const report = await makeClient().test(never);
    expect(report).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(report)).not.toContain('00:1A');
  });
});
