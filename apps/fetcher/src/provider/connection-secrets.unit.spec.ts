import { describe, expect, it } from '@jest/globals';
import type { M3uConnection, StalkerConnection, XtreamConnection } from '@catalogue-sync/contracts';
import { originOf, sameConnection, storableEndpoint, withoutSecrets } from './connection-secrets.js';

const panel: XtreamConnection = {
  protocol: 'xtream',
  url: 'http://panel.example:8080/base',
  username: 'bob@home',
  password: 'p&ss word',
};
const portal: StalkerConnection = {
  protocol: 'stalker',
  url: 'http://user:hunter22@portal.example/c/',
  mac: '00:1A:79:12:34:56',
};
const playlist: M3uConnection = {
  protocol: 'm3u',
  url: 'https://tv.example/live/bobby/s3cret/list.m3u?token=abcd1234',
};

describe('withoutSecrets', () => {
  it.each([
    [panel, 'GET /player_api.php?username=bob%40home&password=p%26ss%20word: 403', /bob|ss%20/],
    [panel, 'login of bob@home with p&ss word refused', /bob|word/],
    [portal, 'http://user:hunter22@portal.example said 401', /hunter22/],
    [portal, 'mac=00%3A1A%3A79%3A12%3A34%3A56', /12%3A34/],
    [portal, 'mac 00:1A:79:12:34:56 unknown', /12:34/],
    [
      playlist,
      'https://tv.example/live/bobby/s3cret/list.m3u?token=abcd1234 is gone',
      /bobby|s3cret|abcd1234/,
    ],
  ])('cuts them out of what is said: %#', (connection, text, secret) => {
    expect(text).toMatch(secret);
    expect(withoutSecrets(text, connection)).not.toMatch(secret);
  });

  it('leaves other words alone', () => {
    expect(withoutSecrets('the panel closed the connection', panel)).toBe('the panel closed the connection');
  });
});

describe('storableEndpoint', () => {
  it('keeps a plain endpoint', () => {
    expect(storableEndpoint('http://portal.example/portal.php', portal)).toBe(
      'http://portal.example/portal.php',
    );
  });

  it.each([
    ['http://user:hunter22@portal.example/portal.php', portal],
    ['http://panel.example:8080/get.php?username=x', panel],
    ['https://tv.example/live/bobby/', playlist],
    ['not a url', portal],
    [undefined, portal],
  ])('refuses what carries a secret: %s', (endpoint, connection) => {
    expect(storableEndpoint(endpoint, connection)).toBeUndefined();
  });
});

it('shows no more of a URL than its origin', () => {
  expect(originOf(portal)).toBe('http://portal.example');
  expect(originOf(playlist)).toBe('https://tv.example');
});

it('knows a connection again, whatever the order of its fields', () => {
  const { protocol, url, username, password } = panel;
  expect(sameConnection(panel, { password, username, url, protocol, userAgent: undefined })).toBe(true);
  expect(sameConnection(panel, { ...panel, password: 'other' })).toBe(false);
});
