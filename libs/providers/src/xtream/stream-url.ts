import type { XtreamConnection } from '@catalogue-sync/contracts';
import { withoutUserInfo } from '../base-url.js';
import { noStream } from '../playback/stream-failure.js';
import type { AskedStream } from '../port.js';

const FOLDER = { channel: 'live', movie: 'movie', series: 'series' } as const;
const LIVE_EXTENSIONS = new Set(['ts', 'm3u8']);

/** The address at which a panel plays something (PROVIDERS B.8). No request is needed: a panel's addresses follow from its ids. */
export function xtreamStreamUrl(
  base: URL,
  { username, password }: Pick<XtreamConnection, 'username' | 'password'>,
  { item, episode, extension }: AskedStream,
): string {
  if (item.kind === 'series' && episode === undefined) throw noStream('a series plays by its episodes only.');
  const id = episode === undefined ? item.externalId : (episode.play['id'] ?? episode.id);
  const asked = extension?.toLowerCase();
  const suffix =
    item.kind === 'channel'
      ? asked !== undefined && LIVE_EXTENSIONS.has(asked)
        ? asked
        : 'ts'
      : (episode?.play['container'] ?? item.container ?? asked);
  const path = [FOLDER[item.kind], username, password, suffix === undefined ? id : `${id}.${suffix}`];
  return new URL(path.map(encodeURIComponent).join('/'), withoutUserInfo(base)).href;
}
