import { afterEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { client, closeAll, get, server } from './provider-http.fixture.js';

afterEach(closeAll);

describe('ProviderHttp: redirects', () => {
  it('follows redirects on the host with cookie, login and query', async () => {
    const other = await server((_request, response) => response.end('there'));
    const up = await server((_request, response) => {
      response.writeHead(301, { location: `${other.origin}/x` }).end();
    });
    const headers = { cookie: 'mac=1', authorization: 'Bearer t' };
    expect(await get(client(), `${up.origin}/x?p=1`, headers)).toBe('there');
    expect(other.asked).toEqual(['/x?p=1']);
    expect(other.requests[0]?.headers).toMatchObject(headers);
  });

  it('goes straight to where a host moved for good', async () => {
    const other = await server((_request, response) => response.end('there'));
    const up = await server((request, response) => {
      response.writeHead(308, { location: `${other.origin}${request.url}` }).end();
    });
    const http = client();
    await get(http, `${up.origin}/x?p=1`);
    await get(http, `${up.origin}/x?p=2`);
    expect(up.asked).toEqual(['/x?p=1']);
    expect(other.asked).toEqual(['/x?p=1', '/x?p=2']);
  });

  it('gives another host neither cookie nor login', async () => {
    const other = await server((_request, response) => response.end('there'));
    const up = await server((_request, response) => {
      response.writeHead(302, { location: `http://localhost:${other.port}/y` }).end();
    });
    expect(
      await get(client(), `${up.origin}/x?secret=1`, { cookie: 'mac=1', authorization: 'Bearer t' }),
    ).toBe('there');
    expect(other.asked).toEqual(['/y']);
    expect(other.requests[0]?.headers).not.toHaveProperty('cookie');
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('follows five redirects and no more', async () => {
    const up = await server((_request, response, url) => {
      response.writeHead(302, { location: `/${Number(url.pathname.slice(1)) + 1}` }).end();
    });
    await expect(get(client(), `${up.origin}/0`)).rejects.toMatchObject({
      code: ERROR_CODE.providerBadAnswer,
    });
    expect(up.requests).toHaveLength(6);
  });
});
