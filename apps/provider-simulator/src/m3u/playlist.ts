import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Category } from '../catalogue/category-list.js';
import { itemAt, type Item } from '../catalogue/item.js';
import { displayName, figure, minutes, posterName } from '../catalogue/item-text.js';
import { mix } from '../catalogue/seeded.js';
import { pick, RAW_WORDS as WORDS } from '../catalogue/vocabulary.js';
import type { PlaylistQuirks } from '../quirks/playlist.quirks.js';
import { inChunks, type Answer } from '../server/answer.js';
import { styled, styledEncoding } from './playlist-style.js';
import { standIn } from './stand-ins.js';

/** URL segment of each kind in the panels' playback URLs. */
const SEGMENT: Record<ItemKind, string> = { channel: 'live', movie: 'movie', series: 'series' };

/**
 * The whole catalogue as an extended playlist, computed while it is sent: channels, movies, then one entry a series. Lines end in CRLF.
 * `style`: how it is written instead. `download`: another number for each request, for what changes with each.
 */
export function playlistAnswer(
  catalogue: Catalogue,
  baseUrl: string,
  style?: PlaylistQuirks,
  download = 0,
): Answer {
  if (style?.instead !== undefined) return standIn(style.instead);
  const texts = entries(catalogue, baseUrl);
  const salt = mix(catalogue.config.seed, download);
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${catalogue.config.name}.m3u"`,
    },
    body: inChunks(style === undefined ? texts : styled(texts, style, salt)),
    encoding: style === undefined ? 'utf8' : styledEncoding(style),
    ...(style?.gzipFile === true && { packed: true }),
  };
}

function* entries(catalogue: Catalogue, baseUrl: string): Generator<string> {
  const { username, password } = catalogue.config.account;
  const credentials = `${encodeURIComponent(username)}/${encodeURIComponent(password)}`;
  yield `#EXTM3U url-tvg="${baseUrl}/xmltv.php?username=${encodeURIComponent(username)}&password=${encodeURIComponent(password)}"\r\n`;
  for (const kind of ITEM_KINDS) {
    const population = catalogue.population(kind);
    const urlBase = `${baseUrl}/${SEGMENT[kind]}/${credentials}/`;
    for (let index = 0; index < population.slots; index++) {
      if (!population.isListed(index)) continue;
      const item = itemAt(population, index);
      const tail = `${urlBase}${item.id}.${extension(item)}\r\n`;
      yield entry(catalogue, item, item.category) + tail;
      if (kind === 'channel' && item.secondCategory !== undefined)
        yield entry(catalogue, item, item.secondCategory) + tail;
    }
  }
}

/** Everything of an entry but its URL. A channel has one entry for each of its groups. */
function entry(catalogue: Catalogue, item: Item, category: number): string {
  const name = displayName(WORDS, item);
  const group = groupTitle(catalogue.category(item.kind, category));
  const logo = `https://image.example/${item.kind}/${posterName(item)}.png`;
  if (item.kind !== 'channel') {
    const seconds = item.kind === 'movie' && figure(item, 1) % 2 === 0 ? minutes(item) * 60 : -1;
    return `#EXTINF:${seconds} tvg-id="" tvg-name="${name}" tvg-logo="${logo}" group-title="${group}",${name}\r\n`;
  }
  const quirk = figure(item, 1);
  const guideId = quirk % 6 === 0 ? '' : `epg${item.id % 997}.example`;
  const catchUp = quirk % 4 === 0 ? ` catchup="xc" catchup-days="${1 + (quirk % 7)}"` : '';
  const radio = quirk % 31 === 0 ? ' radio="true"' : '';
  return (
    `#EXTINF:-1 tvg-id="${guideId}" tvg-chno="${item.index + 1}" tvg-name="${name}" tvg-logo="${logo}"${catchUp}${radio} ` +
    `group-title="${group}",${name}\r\n` +
    (quirk % 53 === 0 ? '#EXTVLCOPT:http-user-agent=Player/1.0\r\n' : '')
  );
}

/** A `;` would part groups: entities are written out in a playlist. */
function groupTitle(category: Category): string {
  return category.name.replaceAll('&amp;', '&');
}

function extension(item: Item): string {
  if (item.kind === 'channel') return 'ts';
  return item.kind === 'series' ? 'mkv' : pick(WORDS.containers, figure(item, 5));
}
