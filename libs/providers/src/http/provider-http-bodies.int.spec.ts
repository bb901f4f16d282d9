import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { client, closeAll, Collected, get, never, server, text } from './provider-http.fixture.js';
import { inTurn } from './scripted-server.fixture.js';

afterEach(closeAll);

describe('ProviderHttp: bodies', () => {
  it('unpacks gzip whether or not the headers say so, and passes on what only claims to be', async () => {
    const packed = gzipSync('packed '.repeat(10_000));
    const up = await server((_request, response, url) => {
      if (url.pathname !== '/silent') response.setHeader('content-encoding', 'gzip');
      response.end(url.pathname === '/liar' ? 'plain' : packed);
    });
    const http = client();
    expect(await get(http, `${up.origin}/open`)).toBe('packed '.repeat(10_000));
    expect(await get(http, `${up.origin}/silent`)).toBe('packed '.repeat(10_000));
    expect(await get(http, `${up.origin}/liar`)).toBe('plain');
    for (const path of ['open', 'silent']) {
      const target = await http.download(
        { url: new URL(`${up.origin}/${path}`), signal: never },
        () => new Collected(),
      );
      expect(target.body.toString()).toBe('packed '.repeat(10_000));
      expect(target.ended).toBe(true);
    }
  });

  it('asks again for a cut gzip body', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * at) % 251)));
    const up = await server(
      inTurn(
        (_request, response) => response.end(packed.subarray(0, packed.length / 2)),
        (_request, response) => response.end(packed),
      ),
    );
    const target = await client().download({ url: new URL(up.origin), signal: never }, () => new Collected());
    expect(target.body).toHaveLength(50_000);
    expect(up.requests).toHaveLength(2);
  });

  it('stops at the size limit, before and after unpacking', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const up = await server((_request, response, url) => {
      if (url.pathname === '/bomb') return void response.end(bomb);
      const more = () => response.write(Buffer.alloc(64_000), () => response.destroyed || setImmediate(more));
      more();
    });
    const http = client({ maxBodyBytes: 1_000_000 });
    const tooLarge = { code: ERROR_CODE.providerTooLarge };
    for (const path of ['bomb', 'endless']) {
      const url = new URL(`${up.origin}/${path}`);
      await expect(http.get({ url, signal: never }, text)).rejects.toMatchObject(tooLarge);
      await expect(http.download({ url, signal: never }, () => new Collected())).rejects.toMatchObject(
        tooLarge,
      );
    }
    expect(up.requests).toHaveLength(4);
  });

  it('stops a body that was packed to fill the disk, long before the size limit', async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    const up = await server((_request, response) => response.end(bomb));
    const http = client({ maxBodyBytes: 2_000_000_000 });
    const url = new URL(up.origin);
    const refused = { code: ERROR_CODE.providerTooLarge, message: expect.stringContaining('packed') };
    await expect(http.get({ url, signal: never }, text)).rejects.toMatchObject(refused);
    const collected = new Collected();
    await expect(http.download({ url, signal: never }, () => collected)).rejects.toMatchObject(refused);
    expect(collected.body.length).toBeLessThan(20_000_000);
    expect(up.requests).toHaveLength(2);
  });

  it.each([
    ['a body that is shorter than it said', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nwhole'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nwhole'],
    ['a chunk that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\n\r\n'],
    ['a status above 999', 'HTTP/1.1 1000 Odd\r\n\r\n'],
    ['something else than HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ])('asks again after %s', async (_name, bytes) => {
    const up = await server(
      inTurn(
        (request) => void request.socket.end(bytes),
        (_request, response) => response.end('whole'),
      ),
    );
    expect(await get(client(), up.origin)).toBe('whole');
    expect(up.requests).toHaveLength(2);
  });

  it('lets a body drip as long as its caller has patience', async () => {
    let drips = 0;
    const up = await server((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(Buffer.alloc(20)) && drips++, 20);
      response.on('close', () => clearInterval(drip));
    });
    const deadline = new AbortController();
    const dripping = client({ idleTimeoutMs: 300 })
      .download({ url: new URL(up.origin), signal: deadline.signal }, () => new Collected())
      .catch((error: unknown) => error);
    // Far longer than the idle time, and still no reason to give up.
    await waitFor(() => drips > 40, { what: 'many drips' });
    expect(up.requests).toHaveLength(1);
    expect(up.aborted).toBe(0);
    deadline.abort(new Error('The job takes too long.'));
    expect(await dripping).toMatchObject({ code: ERROR_CODE.cancelled });
    await waitFor(() => up.aborted === 1, { what: 'the socket to close' });
  });

  it('asks for a body only if it changed, and says so when it did not', async () => {
    const up = await server((request, response) => {
      const known = request.headers['if-none-match'] === '"1"';
      response.writeHead(known ? 304 : 200, { etag: '"1"' }).end(known ? undefined : 'body');
    });
    const http = client();
    const request = { url: new URL(up.origin), signal: never };
    const download = (etag: string) => http.downloadIfChanged(request, { etag }, () => new Collected());
    expect((await download('"0"'))?.body.toString()).toBe('body');
    expect(await download('"1"')).toBeUndefined();
    expect(up.requests).toHaveLength(2);
  });
});
