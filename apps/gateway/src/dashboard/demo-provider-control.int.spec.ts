import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DemoProviderControl } from './demo-provider-control.js';

// Real: HTTP. Played: the control address of a demo provider.
let server: Server;
let control: DemoProviderControl;
let url: string;
let asked: { method: string; path: string; body: unknown }[];
let answers: Record<string, unknown>;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = (request.url ?? '').replace('/control/catalogues', '');
      asked.push({ method: request.method ?? '', path, body: body === '' ? undefined : JSON.parse(body) });
      const answer = answers[`${request.method} ${path}`];
      response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  control = new DemoProviderControl(url);
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  answers = {};
});

it('tells how the demo providers are reached, and which one has an outage', async () => {
  const account = { username: 'u', password: 'p', mac: '00:1A:79:00:00:01' };
  answers['GET '] = [
    { name: 'portal', profile: 'genuine', account },
    { name: 'panel', profile: 'panel', account },
  ];
  answers['GET /portal/quirks'] = {};
  answers['GET /panel/quirks'] = { listed: { percent: 10 } };
  expect(await control.providers()).toMatchObject([
    { connection: { protocol: 'stalker', url: `${url}/portal/c/`, mac: account.mac }, outage: false },
    { connection: { protocol: 'xtream', url: `${url}/panel`, username: 'u', password: 'p' }, outage: true },
  ]);
});

it('lets a day pass, and counts what it changed', async () => {
  answers['POST /panel/tomorrow'] = {
    version: 1,
    changes: { added: ['a', 'b'], edited: ['c'], removed: [] },
  };
  expect(await control.tomorrow('panel')).toEqual({ added: 2, edited: 1, removed: 0 });
});

it('begins an outage, and ends it', async () => {
  answers['PATCH /panel/quirks'] = {};
  await control.outage('panel', true);
  await control.outage('panel', false);
  expect(asked.map(({ body }) => body)).toEqual([{ listed: { percent: 10 } }, { listed: null }]);
});

it('tells a name that it does not know from an address where nobody is', async () => {
  await expect(control.tomorrow('nothing')).rejects.toMatchObject({ code: 'invalid-request' });
  const away = new DemoProviderControl('http://127.0.0.1:1');
  await expect(away.providers()).rejects.toMatchObject({ code: 'service-unavailable' });
});
