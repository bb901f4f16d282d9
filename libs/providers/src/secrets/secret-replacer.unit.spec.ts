import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SecretReplacer, type Secret } from './secret-replacer.js';

function replacer(username: string, password = '', more: Secret[] = []): SecretReplacer {
  return new SecretReplacer([
    { placeholder: '{username}', value: username },
    { placeholder: '{password}', value: password },
    ...more,
  ]);
}

describe('SecretReplacer', () => {
  const secrets = replacer('alice99', 's3cret');

  it.each([
    ['http://h/movie/alice99/s3cret/5.mkv', 'http://h/movie/{username}/{password}/5.mkv'],
    ['http://h:80/alice99/s3cret/5', 'http://h:80/{username}/{password}/5'],
    [
      String.raw`http:\/\/h\/live\/alice99\/s3cret\/5.ts`,
      String.raw`http:\/\/h\/live\/{username}\/{password}\/5.ts`,
    ],
    [
      'http://h/get.php?username=alice99&password=s3cret&type=m3u',
      'http://h/get.php?username={username}&password={password}&type=m3u',
    ],
    [
      String.raw`http://h/x?username=alice99\u0026password=s3cret`,
      String.raw`http://h/x?username={username}\u0026password={password}`,
    ],
    ['ffmpeg http://h/x?login=alice99', 'ffmpeg http://h/x?login={username}'],
    ['http://alice99:s3cret@h/x', 'http://{username}:{password}@h/x'],
    [
      'http://p/?url=http%3A%2F%2Fh%2Falice99%2Fs3cret%2F5.ts',
      'http://p/?url=http%3A%2F%2Fh%2F{username}%2F{password}%2F5.ts',
    ],
    ['movie/alice99/s3cret/5.mkv', 'movie/{username}/{password}/5.mkv'],
    ['/images/alice99/poster.jpg', '/images/{username}/poster.jpg'],
    ['http://h/x?key=s3cret#top', 'http://h/x?key={password}#top'],
  ])('replaces in %s', (url, expected) => {
    const row = `[{"url":"${url}","name":"x"}]`;
    expect(secrets.replaceText(row)).toBe(`[{"url":"${expected}","name":"x"}]`);
  });

  it.each([
    'alice99',
    'The story of alice99/s3cretly told',
    'AC/alice99/DC',
    'by alice99 = s3cret',
    'http://h/alice99x/5.ts',
    'http://h/xalice99/5.ts',
    'http://h/a.alice99/5.ts',
    'password=s3cret',
  ])('leaves %s alone, as the same buffer', (text) => {
    const page = Buffer.from(`[{"plot":"${text}"}]`);
    expect(secrets.replace(page)).toBe(page);
  });

  it('knows short secrets only where there is no doubt', () => {
    const short = replacer('u1', 'p');
    expect(short.replaceText('"http://h/movie/u1/p/5.mkv"')).toBe(
      '"http://h/movie/{username}/{password}/5.mkv"',
    );
    expect(short.replaceText('"http://h/u1/p/5"')).toBe('"http://h/{username}/{password}/5"');
    expect(short.replaceText('"http://h/live/u1/5.ts"')).toBe('"http://h/live/{username}/5.ts"');
    expect(short.replaceText('"http://h/x?username=u1&page=p"')).toBe(
      '"http://h/x?username={username}&page=p"',
    );
    for (const text of ['"https://image.tmdb.org/t/p/w600/x.jpg"', '"/u1/x.jpg"', '"vol. 1/u1"']) {
      expect(short.replaceText(text)).toBe(text);
    }
  });

  it('tells equal user name and password apart', () => {
    const same = replacer('same123', 'same123');
    expect(same.replaceText('"http://h/live/same123/same123/5.ts"')).toBe(
      '"http://h/live/{username}/{password}/5.ts"',
    );
    expect(same.replaceText('"http://h/?password=same123&username=same123"')).toBe(
      '"http://h/?password={password}&username={username}"',
    );
  });

  it('knows a MAC in any case and a token with awkward characters', () => {
    const portal = replacer('', '', [
      { placeholder: '{mac}', value: '00:1A:79:AA:BB:CC' },
      { placeholder: '{token}', value: 'ab/c+D=e99' },
    ]);
    expect(
      portal.replaceText(
        '"ffmpeg http://h/play/live.php?mac=00:1a:79:aa:bb:cc&stream=5&play_token=ab%2Fc%2BD%3De99"',
      ),
    ).toBe('"ffmpeg http://h/play/live.php?mac={mac}&stream=5&play_token={token}"');
    expect(portal.replaceText('"http://h/?mac=00%3A1A%3A79%3AAA%3ABB%3ACC"')).toBe('"http://h/?mac={mac}"');
  });

  it('lets no login through in any spelling, and changes nothing else', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 12, unit: fc.constantFrom(...'aZ9&#@+ é/%"\\!~-_'.split('')) })
      .filter((text) => /[aZ9é]/.test(text) && text.trim() === text && text !== '..');
    fc.assert(
      fc.property(secret, secret, fc.boolean(), (username, password, phpStyle) => {
        fc.pre(username !== password && !username.includes(password) && !password.includes(username));
        const url = `http://h/movie/${encodeURIComponent(username)}/${encodeURIComponent(password)}/5.mkv`;
        const query = `http://h/x?username=${encodeURIComponent(username)}&password=${encodeURIComponent(password)}&n=1`;
        const write = (row: unknown) => {
          const json = JSON.stringify([row]);
          return phpStyle ? json.replaceAll('/', String.raw`\/`) : json;
        };
        const page = write({ url, query, plot: 'A story about nothing.' });
        const expected = write({
          url: 'http://h/movie/{username}/{password}/5.mkv',
          query: 'http://h/x?username={username}&password={password}&n=1',
          plot: 'A story about nothing.',
        });
        expect(replacer(username, password).replaceText(page)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('costs nothing when there are no secrets', () => {
    const page = Buffer.from('[{"url":"http://h/movie//5"}]');
    expect(replacer('', '').replace(page)).toBe(page);
  });
});
