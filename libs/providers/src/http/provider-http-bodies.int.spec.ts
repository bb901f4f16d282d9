import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
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
});
