import { describe, expect, it } from '@jest/globals';
import { connectionFromUrl } from './connection-from-url.js';

const login = { username: 'me', password: 'p&ss word' };

describe('the one URL that a provider hands out', () => {
  it.each([
    'http://panel.example:8080/get.php?username=me&password=p%26ss+word&type=m3u_plus&output=ts',
    'http://panel.example:8080/player_api.php?username=me&password=p%26ss%20word',
    'http://panel.example:8080/xmltv.php?username=me&password=p%26ss%20word',
    'http://panel.example:8080/?username=me&password=p%26ss%20word',
  ])('is that of a panel: %s', (url) => {
    expect(connectionFromUrl(url, {})).toEqual({
      protocol: 'xtream',
      url: 'http://panel.example:8080',
      ...login,
    });
  });

  it('is that of a panel in a folder, with the login beside it', () => {
    const connection = connectionFromUrl('https://h.example/panel/', login);
    expect(connection).toEqual({ protocol: 'xtream', url: 'https://h.example/panel', ...login });
  });

  it.each([
    'http://h.example/c/',
    'http://h.example/c',
    'http://h.example/portal.php',
    'http://h.example/stalker_portal/c/',
  ])('is that of a portal: %s', (url) => {
    const mac = '00:1A:79:12:34:56';
    expect(connectionFromUrl(url, { mac })).toEqual({ protocol: 'stalker', url, mac });
    expect(() => connectionFromUrl(url, {})).toThrow(/--mac/);
  });

  it('is that of a playlist otherwise, or when it is said to be', () => {
    const url = 'https://h.example/lists/all.m3u?token=t';
    expect(connectionFromUrl(url, {})).toEqual({ protocol: 'm3u', url });
    const ofPanel = 'http://panel.example/get.php?username=me&password=p&type=m3u_plus';
    expect(connectionFromUrl(ofPanel, { protocol: 'm3u' })).toEqual({ protocol: 'm3u', url: ofPanel });
  });

  it('is refused in words that say no secret', () => {
    expect(() => connectionFromUrl('panel.example/get.php?password=hunter2', {})).toThrow(
      /^"panel\.example\/get\.php" is no URL/,
    );
    expect(() => connectionFromUrl('http://h.example/player_api.php?username=me', {})).toThrow(
      /--password-file/,
    );
    expect(() => connectionFromUrl('http://h.example/', { protocol: 'ftp' })).toThrow(
      /stalker, xtream or m3u/,
    );
  });
});
