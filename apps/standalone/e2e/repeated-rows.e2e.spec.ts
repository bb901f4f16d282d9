import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectAgreement } from './support/oracle.js';
import { System } from './support/system.js';

/** A panel that lists item 7 five times: with other texts, in another category, and on pages far apart. */
function repeatingPanel(): Server {
  const movie = (id: number, more: object = {}): object => ({
    num: id,
    stream_id: id,
    name: `Film ${id}`,
    stream_type: 'movie',
    plot: 'x'.repeat(500),
    category_id: '1',
    container_extension: 'mkv',
    ...more,
  });
  const movies = Array.from({ length: 6000 }, (_, index) => movie(index + 1));
  for (const at of [1500, 3000, 4500, 5900]) movies.splice(at, 0, movie(7, { name: `Film 7, copy ${at}` }));
  const answers: Record<string, unknown> = {
    get_vod_streams: movies,
    get_vod_categories: [{ category_id: '1', category_name: 'All', parent_id: 0 }],
    get_live_streams: [],
    get_live_categories: [],
    get_series: [],
    get_series_categories: [],
  };
  return createServer((request, response) => {
    const action = new URL(request.url ?? '/', 'http://localhost').searchParams.get('action') ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(answers[action] ?? { user_info: { auth: 1, status: 'Active' }, server_info: {} }),
    );
  });
}

describe('rows repeated across pages of one run', () => {
  let system: System;
  const panel = repeatingPanel();
  beforeAll(async () => {
    await new Promise<void>((resolve) => panel.listen(0, '127.0.0.1', resolve));
    system = await System.shared();
  });
  afterAll(async () => {
    await system?.stop();
    panel.close();
  });

  it('make no false update, neither in the first sync nor in the next', async () => {
    const { port } = panel.address() as AddressInfo;
    const provider = await system.addProvider('Repeating', {
      protocol: 'xtream',
      url: `http://127.0.0.1:${port}`,
      username: 'someone',
      password: 'something',
    });
    const first = await system.sync(provider);
    expect(first.counts.movie).toMatchObject({ added: 6000, updated: 0, removed: 0 });
    const second = await system.sync(provider, { mode: 'full' });
    expect(second.counts.movie).toMatchObject({ added: 0, updated: 0, removed: 0, unchanged: 6000 });
    const { eventsByType } = await expectAgreement(system, provider);
    expect(eventsByType['catalogue.item-updated.v1']).toBeUndefined();
  });
});
