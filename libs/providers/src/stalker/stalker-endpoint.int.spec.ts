import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { fetchAll, makeClient, never, portal, startPortal, stopPortal } from './stalker-client.fixture.js';

beforeEach(startPortal);
afterEach(stopPortal);

describe('finding the endpoint', () => {
  it.each([
    ['/stalker_portal/server/load.php', '/stalker_portal/c/'],
    ['/stalker_portal/server/load.php', '/stalker_portal/c/index.html'],
    ['/stalker_portal/server/load.php', '/stalker_portal/server/load.php'],
    ['/stalker_portal/server/load.php', ''],
    ['/portal.php', '/c/'],
    ['/portal.php', '/c'],
    ['/server/load.php', '/c/'],
    ['/odd/api.php', '/odd/api.php?x=1'],
  ])('finds %s from %s', async (endpoint, pasted) => {
    portal.endpoint = endpoint;
    const opened = await makeClient({ url: portal.server.origin + pasted }).open(never);
    expect(opened).toMatchObject({
      scopes: ['live', 'vod'],
      endpoint: portal.server.origin + endpoint,
      account: { expiresAt: '2027-05-01T00:00:00.000Z' },
    });
  });

  it('asks the endpoint of the last time first, and resolves image paths below the portal page', async () => {
    const url = `${portal.server.origin}/somewhere/else/c/`;
    const opened = await makeClient({ url }, {}, `${portal.server.origin}${portal.endpoint}`).open(never);
    expect(portal.server.asked.every((asked) => asked.startsWith(portal.endpoint))).toBe(true);
    expect(opened.imageBaseUrl).toBe(`${portal.server.origin}/stalker_portal/c/`);
  });

  it('follows a bare host to the page that it shows its visitors', async () => {
    portal.endpoint = '/hidden/portal.php';
    const { answer } = portal.server;
    portal.server.answer = (request, response, url) => {
      if (url.pathname === '/') return response.writeHead(302, { location: '/hidden/c/' }).end();
      if (url.pathname === '/hidden/c/') return response.end('<html>');
      return answer(request, response, url);
    };
    const opened = await makeClient({ url: portal.server.origin }).open(never);
    expect(opened.endpoint).toBe(`${portal.server.origin}/hidden/portal.php`);
  });

  it('says so when there is no portal, and gives up at once when nothing listens', async () => {
    portal.endpoint = '/nowhere';
    await expect(makeClient().open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerRefused });
    await expect(makeClient({ url: 'http://127.0.0.1:9/c/' }).open(never)).rejects.toMatchObject({
      code: ERROR_CODE.providerUnreachable,
    });
  });

  it('needs no session where the portal wants none', async () => {
    portal.override = (params) => {
      if (params['action'] === 'get_genres') return { js: [{ id: '1', title: 'News' }] };
      if (params['type'] === 'stb') return { js: false };
      return params['action'] === 'get_ordered_list' ? { js: portal.page(Number(params['p'])) } : { js: [] };
    };
    const { end } = await fetchAll(makeClient());
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 300 });
    expect(portal.count('stb.handshake')).toBe(0);
  });
});
