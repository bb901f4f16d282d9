import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type TestNats } from '@catalogue-sync/testing';
import { startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { apiDocumentText, createApiDocument } from './api-document.js';

interface Operation {
  operationId?: string;
  responses: Record<string, unknown>;
}

describe('API documentation', () => {
  let nats: TestNats;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    nats = await startNats();
    gateway = await startGateway('postgres://127.0.0.1:1/none', nats.url);
  });
  afterAll(async () => {
    await gateway.close();
    await nats.stop();
  });

  it('shows a page that asks no other host', async () => {
    const page = await (await fetch(`${gateway.url}/docs`)).text();
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset = '']) => asset);
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      const url = new URL(asset, `${gateway.url}/docs`);
      expect(url.origin).toBe(gateway.url);
      const answer = await fetch(url);
      expect(answer.status).toBe(200);
      await answer.arrayBuffer();
    }
    const start = await (await fetch(`${gateway.url}/docs/swagger-ui-init.js`)).text();
    expect(start).toContain('"validatorUrl": null');
  });

  it('describes every route, each with its own id and its problems', async () => {
    const document = (await (await fetch(`${gateway.url}/docs-json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    // Which routes there are is held by the committed OpenAPI file.
    expect(routes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['post /api/providers', 'get /api/providers/{id}/snapshot', 'get /api/audit']),
    );
    const ids = routes.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(routes.length);
    for (const { name, operation } of routes.filter((route) => route.name.includes('/api/')))
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining(['default'])]);
  });

  it('gives the same text each time, and every reference leads somewhere', () => {
    const document = createApiDocument(gateway.app);
    const documentText = apiDocumentText(document);
    expect(apiDocumentText(createApiDocument(gateway.app))).toBe(documentText);
    const names = [...documentText.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining(names));
  });
});
