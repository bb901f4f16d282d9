import { expect, it } from '@jest/globals';
import { takeApartUrl } from './take-apart-url.js';

it.each([
  [
    'http://panel.example:8080/get.php?username=ann&password=s%26cret&type=m3u_plus&output=ts',
    { protocol: 'xtream', url: 'http://panel.example:8080', username: 'ann', password: 's&cret' },
  ],
  [
    'https://panel.example/tv/player_api.php?username=a&password=b',
    { protocol: 'xtream', url: 'https://panel.example/tv', username: 'a', password: 'b' },
  ],
  ['http://portal.example:8080/c/', { protocol: 'stalker', url: 'http://portal.example:8080/c/' }],
  [
    'portal.example/stalker_portal/c/  00-1a-79-12-34-56',
    { protocol: 'stalker', url: 'http://portal.example/stalker_portal/c/', mac: '00:1A:79:12:34:56' },
  ],
  [
    'MAC: 00:1A:79:AA:BB:CC http://portal.example',
    { protocol: 'stalker', url: 'http://portal.example/', mac: '00:1A:79:AA:BB:CC' },
  ],
  ['http://tv.example/list.m3u?token=x', { protocol: 'm3u', url: 'http://tv.example/list.m3u?token=x' }],
  ['http://tv.example/playlist/abc', { protocol: 'm3u', url: 'http://tv.example/playlist/abc' }],
  ['127.0.0.1:4080/demo/c/', { protocol: 'stalker', url: 'http://127.0.0.1:4080/demo/c/' }],
])('takes %s apart', (pasted, expected) => {
  expect(takeApartUrl(pasted)).toEqual(expected);
});

it.each(['', 'hello', 'ftp', 'http://'])('finds no address in %j', (pasted) => {
  expect(takeApartUrl(pasted)).toBeUndefined();
});
