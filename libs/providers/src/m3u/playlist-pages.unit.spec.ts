import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import { mapRow } from '../rows/map-row.js';
import { parseRows } from '../rows/parse-rows.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import type { M3uEntryRow } from './m3u-row.js';
import { playlistPages, type PlaylistResult } from './playlist-pages.js';

const noSecrets = new SecretReplacer([]);

async function* chunksOf(bytes: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
  const borders = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const border of [...borders, bytes.length]) {
    yield await Promise.resolve(bytes.subarray(from, border));
    from = border;
  }
}

async function read(
  file: string | Buffer,
  { cuts = [], secrets = noSecrets }: { cuts?: number[]; secrets?: SecretReplacer } = {},
): Promise<{ rows: M3uEntryRow[]; pages: RowsOfPage[]; result: PlaylistResult }> {
  const walker = playlistPages(chunksOf(Buffer.from(file), cuts), secrets);
  const pages: RowsOfPage[] = [];
  for (;;) {
    const next = await walker.next();
    if (next.done) {
      const rows = pages.flatMap((page) => parseRows(page.rows.toString())) as M3uEntryRow[];
      return { rows, pages, result: next.value };
    }
    pages.push(next.value);
  }
}

function idsOf(rows: M3uEntryRow[]): (string | undefined)[] {
  return rows.map((row) => {
    const mapped = mapRow('m3u-entry', row, { scope: 'playlist', now: Date.now() });
    return mapped.type === 'item' ? mapped.item.id : undefined;
  });
}

const SAMPLE = [
  '#EXTM3U url-tvg="http://epg/x.xml"',
  '#EXTINF:-1 tvg-id="one.fr" group-title="FR;Ñews",Oné HD',
  '#EXTGRP:Ignored',
  '#EXTVLCOPT:http-user-agent=Foo/1.0',
  'http://h/live/user/pass/101.ts|User-Agent=Bar%2F2&Referer=http://r/',
  '',
  '#EXTGRP:Films',
  '#EXTINF:5400 tvg-logo="l.png",Blue Lantern (2021)',
  'http://cdn.example/films/blue.mkv?token=abc&x=1',
  '#EXTINF:-1,Harbour S01E02',
  'http://h/series/user/pass/88002.mkv',
  '#EXTINF:-1,Harbour S01 E03',
  'http://h/series/user/pass/88003.mkv',
];

describe('playlistPages', () => {
  it('reads entries with their attributes, options, headers and groups', async () => {
    const { rows, result } = await read(SAMPLE.join('\n'));
    expect(rows).toEqual([
      {
        title: 'Oné HD',
        url: 'http://h/live/{username}/{password}/101.ts',
        duration: -1,
        attributes: { 'tvg-id': 'one.fr', 'group-title': 'FR;Ñews' },
        group: 'Ignored',
        options: { 'http-user-agent': 'Foo/1.0' },
        headers: { 'User-Agent': 'Bar/2', Referer: 'http://r/' },
      },
      {
        title: 'Blue Lantern (2021)',
        url: 'http://cdn.example/films/blue.mkv?token={token}&x=1',
        duration: 5400,
        attributes: { 'tvg-logo': 'l.png' },
        group: 'Films',
      },
      { title: 'Harbour S01E02', url: 'http://h/series/{username}/{password}/88002.mkv', duration: -1 },
      { title: 'Harbour S01 E03', url: 'http://h/series/{username}/{password}/88003.mkv', duration: -1 },
    ]);
    expect(result.groups.rows.map(({ id }) => id)).toEqual(['fr', 'ñews', 'films']);
    expect(result.state).toMatchObject({ header: true, openEntry: false, entries: 4 });
    const [channel, movie, ...episodes] = idsOf(rows);
    expect(channel).toBe('channel:101');
    expect(movie).toMatch(/^movie:url-[0-9a-f]{20}$/);
    expect(new Set(episodes).size).toBe(1);
    expect(episodes[0]).toMatch(/^series:title-/);
  });

  it('reads the same whatever the chunks, the line ends and the encoding', async () => {
    const expected = (await read(SAMPLE.join('\n'))).rows;
    const encodings = ['utf8', 'utf8-bom', 'utf16le', 'utf16be', 'latin1'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
        fc.constantFrom(...encodings),
        fc.array(fc.nat(), { maxLength: 12 }),
        async (lineEnd, encoding, cuts) => {
          const text = SAMPLE.join(lineEnd);
          const file =
            encoding === 'utf8-bom'
              ? iconv.encode(text, 'utf8', { addBOM: true })
              : iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf16') });
          expect((await read(file, { cuts })).rows).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads each line in its own encoding', async () => {
    const file = Buffer.concat([
      Buffer.from('#EXTM3U\n#EXTINF:-1,Größe\nhttp://a/1.ts\n'),
      Buffer.from('#EXTINF:-1,Gr\xf6\xdfe\nhttp://a/2.ts\n', 'latin1'),
    ]);
    expect((await read(file)).rows.map(({ title }) => title)).toEqual(['Größe', 'Größe']);
  });

  it('sees that the last entry lost its URL', async () => {
    const { rows, result } = await read('#EXTM3U\n#EXTINF:-1,One\nhttp://a/1.ts\n#EXTINF:-1,Two');
    expect(rows).toHaveLength(1);
    expect(result.state.openEntry).toBe(true);
  });

  it('hands on an entry in the middle that lost its URL, to be counted as malformed', async () => {
    const { rows } = await read('#EXTINF:-1,One\n#EXTINF:-1,Two\nhttp://a/2.ts\n');
    expect(rows.map(({ url }) => url)).toEqual(['', 'http://a/2.ts']);
    expect(idsOf(rows)[0]).toBeUndefined();
  });

  it('gives the same stream in two groups one id, and another stream of the same key its own', async () => {
    const { rows } = await read(
      [
        '#EXTINF:-1 group-title="A",One\nhttp://h/live/u/p/5.ts',
        '#EXTINF:-1 group-title="B",One\nhttp://h/live/u/p/5.ts',
        '#EXTINF:-1 group-title="B",Other\nhttp://other/live/u/p/5.ts',
      ].join('\n'),
    );
    const [first, second, third] = idsOf(rows);
    expect(first).toBe('channel:5');
    expect(second).toBe(first);
    expect(third).toMatch(/^channel:5~[0-9a-f]{10}$/);
  });

  it('keeps ids when login, host scheme and tokens change', async () => {
    const file = (scheme: string, user: string, token: string) =>
      `#EXTINF:-1,A\n${scheme}://h/live/${user}/x9/5.ts\n#EXTINF:-1,B\n${scheme}://h/some/b.mkv?token=${token}\n`;
    const before = await read(file('http', 'alice1', 't1'));
    const after = await read(file('https', 'bob22', 't2'));
    expect(idsOf(after.rows)).toEqual(idsOf(before.rows));
  });

  it('puts placeholders for the login of the playlist, wherever it stands in a URL', async () => {
    const secrets = new SecretReplacer([
      { placeholder: '{username}', value: 'alice99' },
      { placeholder: '{password}', value: 's3cret' },
    ]);
    const { pages, rows } = await read(
      '#EXTINF:-1 tvg-logo="http://h/logo.php?username=alice99&password=s3cret",alice99 live\nhttp://h/alice99/s3cret/101\n',
      { secrets },
    );
    expect(pages[0]?.rows.toString()).not.toContain('s3cret');
    expect(rows[0]?.title).toBe('alice99 live');
    expect(rows[0]?.url).toBe('http://h/{username}/{password}/101');
    expect(idsOf(rows)).toEqual(['channel:101']);
  });

  it('knows HLS that was given as a playlist', async () => {
    const { result } = await read(
      '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:9.9,\nseg1.ts\n',
    );
    expect(result.state.hls).toBe(true);
  });

  it('keeps pages under the limit, and lets a line of megabytes pass', async () => {
    const entries = Array.from(
      { length: 8_000 },
      (_, id) => `#EXTINF:-1 tvg-logo="http://i/${'x'.repeat(80)}",N${id}\nhttp://a/${id}.ts`,
    );
    entries[3] = `#EXTINF:-1 tvg-logo="data:${'x'.repeat(3_000_000)}",Huge\nhttp://a/huge.ts`;
    const { pages, rows } = await read(entries.join('\n'), { cuts: [100_000, 900_000, 2_000_000] });
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(rows.filter(({ url }) => /\/\d+\.ts$/.test(url ?? ''))).toHaveLength(7_999);
  });

  it('survives any text', async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom(
        '#EXTINF:',
        '#EXTINF:-1,',
        '#EXTM3U',
        'http://',
        '|',
        '#EXTHTTP:{',
        '#EXTVLCOPT:a=',
        'http://h/live/a/b/1',
        '#',
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (lines, cuts) => {
          const whole = await read(lines.join('\n'));
          const cut = await read(lines.join('\n'), { cuts });
          expect(cut.rows).toEqual(whole.rows);
          for (const row of whole.rows) {
            expect(['item', 'rejected']).toContain(
              mapRow('m3u-entry', row, { scope: 'playlist', now: 0 }).type,
            );
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
