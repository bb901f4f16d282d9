import { afterEach, describe, expect, it } from '@jest/globals';
import { AllowedPrivateHosts } from './allowed-private-hosts.js';
import { client, closeAll, get, server } from './provider-http.fixture.js';

afterEach(closeAll);

// Real: HTTP on loopback, and the system's resolver for "localhost".
describe('addresses that are not on the open Internet', () => {
  const strict = (list = '') => client({}, { allowedPrivateHosts: AllowedPrivateHosts.parse(list) });
  const notAllowed = {
    code: 'address-not-allowed',
    message: expect.stringContaining('ALLOWED_PRIVATE_HOSTS'),
  };

  it('are not asked, in whatever spelling', async () => {
    const inside = await server((_request, response) => void response.end('inside'));
    const http = strict();
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      'localhost',
      'LOCALHOST',
    ])
      await expect(get(http, `http://${host}:${inside.port}/`)).rejects.toMatchObject(notAllowed);
    expect(inside.asked).toEqual([]);
  });

  it('are asked when they are on the list, by address or by name', async () => {
    const { port } = await server((_request, response) => void response.end('inside'));
    expect(await get(strict('127.0.0.0/8'), `http://127.0.0.1:${port}/`)).toBe('inside');
    expect(await get(strict('localhost'), `http://localhost:${port}/`)).toBe('inside');
    await expect(get(strict('localhost'), `http://127.0.0.1:${port}/`)).rejects.toMatchObject(notAllowed);
  });

  it('are not asked when a redirect leads to them', async () => {
    const inside = await server((_request, response) => void response.end('inside'));
    // The list has the name that the first request uses, but not the address that the redirect names.
    const portal = await server((_request, response) => {
      response.writeHead(302, { location: `${inside.origin}/` }).end();
    });
    const http = strict('localhost');
    const start = `http://localhost:${portal.port}/`;
    await expect(get(http, start)).rejects.toMatchObject(notAllowed);
    expect(portal.asked).toEqual(['/']);
    expect(inside.asked).toEqual([]);
  });
});
