import { describe, expect, it } from '@jest/globals';
import { PLACEHOLDER } from '../secrets/placeholders.js';
import { fillPlaceholders } from './fill-placeholders.js';
import { streamAddress } from './stream-address.js';

describe('streamAddress', () => {
  it.each([
    ['ffmpeg http://h.example/a.ts?token=1', 'http://h.example/a.ts?token=1'],
    [' ffrt3 rtsp://h.example/a ', 'rtsp://h.example/a'],
    ['auto https://h.example/with blank', 'https://h.example/with%20blank'],
    ['http://h.example/a\r\nSet-Cookie: x', 'http://h.example/aSet-Cookie:%20x'],
  ])('takes the address out of %j', (command, url) => {
    expect(streamAddress(command)).toBe(url);
  });

  it.each([
    '',
    'ffmpeg ',
    'udp://wtf?',
    'ffmpeg udp://wtf?',
    '/media/1.mpg',
    'javascript:alert(1)',
    'file:///etc/passwd',
  ])('finds none in %j', (command) => {
    expect(() => streamAddress(command)).toThrow(expect.objectContaining({ code: 'stream-unavailable' }));
  });
});

describe('fillPlaceholders', () => {
  const secrets = [
    { placeholder: PLACEHOLDER.username, value: 'ann@home' },
    { placeholder: PLACEHOLDER.password, value: '$& #1' },
  ];

  it('writes values as the place wants them', () => {
    expect(fillPlaceholders('http://h/live/{username}/{password}/1.ts', secrets)).toBe(
      'http://h/live/ann%40home/%24%26%20%231/1.ts',
    );
    expect(fillPlaceholders('/media/{username}.mpg', secrets)).toBe('/media/ann@home.mpg');
    expect(fillPlaceholders('/media/1.mpg', [])).toBe('/media/1.mpg');
  });

  it('does not make an address up when a value is not known', () => {
    expect(fillPlaceholders('http://h/{username}/{token}', secrets)).toBeUndefined();
    expect(fillPlaceholders('http://h/{mac}', [{ placeholder: PLACEHOLDER.mac, value: '' }])).toBeUndefined();
  });
});
