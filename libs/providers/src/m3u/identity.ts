import { hash } from 'node:crypto';
import { classifyEntry, episodeOf, type M3uType } from './classify.js';
import { canonicalUrl, splitUrl, xcTarget, type UrlParts } from './entry-url.js';
import { groupTitles } from './group.js';

export interface M3uIdentity {
  type: M3uType;
  /** Stable id within its type; of an episode, the id of its series. */
  key: string;
  /** An episode that stands for its series, together with all others of the same title. */
  grouped: boolean;
  /** What makes two entries of one key the same stream. */
  stream: string;
  /** Name to show; of an episode, its series' name. */
  name: string;
  parts: UrlParts;
}

interface IdentifiedEntry {
  title: string;
  url: string;
  duration?: number | undefined;
  attributes: Readonly<Record<string, string>>;
  group?: string | undefined;
  playlistType?: string | undefined;
}

const ID_ATTRIBUTES = ['xui-id', 'cuid', 'channel-id'];

/**
 * Type, name and stable id of a playlist's entry, by the rules of PROVIDERS C.3 and C.4. Expects placeholders for secrets. Episodes are
 * no items: all that name the same series are one, and a year in the title keeps remakes apart.
 */
export function identifyEntry(entry: IdentifiedEntry): M3uIdentity {
  const { attributes } = entry;
  const name = entry.title || attributes['tvc-guide-title'] || attributes['tvg-name'] || '';
  const parts = splitUrl(entry.url);
  const type = classifyEntry({
    title: name,
    parts,
    duration: entry.duration,
    declared: attributes['tvg-type'] ?? attributes['media'],
    playlistType: entry.playlistType,
  });
  const canonical = canonicalUrl(parts);
  const stream = `${name}\n${canonical}`;
  const base = { type, stream, parts };
  const episode = type === 'episode' ? episodeOf(name) : undefined;
  // A series without episode numbers is one entry, under the panel's own id.
  if (type === 'episode' && (episode !== undefined || xcTarget(parts) === undefined)) {
    const series = episode?.series || name || groupTitles(attributes['group-title'], entry.group)[0] || '';
    return { ...base, key: `title-${shortHash(plain(series))}`, name: series, grouped: true };
  }
  return { ...base, key: entryKey(type, name, parts, canonical, entry), name, grouped: false };
}

function entryKey(
  type: M3uType,
  name: string,
  parts: UrlParts,
  canonical: string,
  entry: IdentifiedEntry,
): string {
  const xc = xcTarget(parts);
  if (xc !== undefined) return xc.id;
  for (const attribute of ID_ATTRIBUTES) {
    const id = entry.attributes[attribute]?.trim();
    if (id !== undefined && id !== '' && id.length <= 100) return `${attribute}-${id}`;
  }
  if (canonical !== '') return `url-${shortHash(canonical)}`;
  const group = groupTitles(entry.attributes['group-title'], entry.group).join(';');
  return `name-${shortHash(`${type}\n${plain(name)}\n${plain(group)}`)}`;
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** 80 bits: enough for any playlist. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 20);
}
