import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { json, status } from '../http/scripted-server.fixture.js';
import {
  actions,
  client,
  fetchAll,
  makeClient,
  never,
  panel,
  startPanel,
  stopPanel,
} from './xtream-client.fixture.js';

beforeEach(startPanel);
afterEach(stopPanel);

describe('XtreamClient: account', () => {
  it('logs in, with its credentials encoded', async () => {
    await expect(client.open(never)).resolves.toEqual({
      scopes: ['live', 'movie', 'series'],
      endpoint: `${panel.origin}/`,
      imageBaseUrl: `${panel.origin}/`,
      account: { status: 'Active', expiresAt: '2027-01-01T00:00:00.000Z', maxConnections: 2 },
    });
    expect(panel.asked).toEqual(['/player_api.php?username=alice%2099&password=s3%26cret']);
  });

  it.each(['/player_api.php?username=x', '/get.php?username=a&password=b&type=m3u', '/c/', '/'])(
    'finds the panel below a pasted %s',
    async (pasted) => {
      const pastedClient = makeClient({}, { path: `/sub${pasted}` });
      await pastedClient.open(never);
      await pastedClient.close();
      expect(panel.asked[0]).toMatch(/^\/sub\/player_api\.php\?username=alice/);
    },
  );

  it.each([
    ['auth 0', json({ user_info: { auth: 0 } }), ERROR_CODE.providerAuthFailed],
    ['a banned account', json({ user_info: { auth: '1', status: 'BANNED' } }), ERROR_CODE.providerRefused],
    ['a web page', status(200, {}, '<html>login</html>'), ERROR_CODE.providerRefused],
    ['"Blocked"', status(200, {}, 'Blocked'), ERROR_CODE.providerRefused],
    ['404', status(404, {}, '<html>'), ERROR_CODE.providerRefused],
    ['an empty answer', status(200), ERROR_CODE.providerBadAnswer],
    ['another JSON', json({ hello: 1 }), ERROR_CODE.providerBadAnswer],
  ])('refuses %s', async (_name, answer, code) => {
    actions['account'] = answer;
    await expect(client.open(never)).rejects.toMatchObject({ code });
    const report = await client.test(never);
    expect(report).toMatchObject({ ok: false, error: { code } });
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['reach', true],
      ['login', false],
    ]);
  });

  it('does not go on knocking after three logins were refused, whatever it is asked for', async () => {
    actions['account'] = json({ user_info: { auth: 0 } });
    actions['get_vod_categories'] = json({ user_info: { auth: 0 } });
    for (let login = 0; login < 2; login++) {
      await expect(client.open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
    }
    await expect(fetchAll()).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
    await expect(client.open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerCoolingDown });
    await expect(fetchAll()).rejects.toMatchObject({ code: ERROR_CODE.providerCoolingDown });
    expect(panel.requests).toHaveLength(3);
    expect(client.access().authFailures).toBe(3);
  });

  it('counts a banned account, and 404 in the place of the login, as refused logins', async () => {
    const banned = json({ user_info: { auth: 1, status: 'Banned' } });
    for (const answer of [banned, status(404, {}, '<html>'), banned]) {
      actions['account'] = answer;
      await expect(client.open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerRefused });
    }
    await expect(client.open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerCoolingDown });
  });
});
