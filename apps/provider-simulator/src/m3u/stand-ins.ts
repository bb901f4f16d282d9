import type { PLAYLIST_STAND_INS } from '../quirks/playlist.quirks.js';
import { textAnswer, type Answer } from '../server/answer.js';
import { challengePage } from '../server/challenge-page.js';

const HLS = 'application/vnd.apple.mpegurl';

const ANSWERS: Record<(typeof PLAYLIST_STAND_INS)[number], () => Answer> = {
  html: () => challengePage(200),
  'hls-master': () =>
    textAnswer(
      '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-STREAM-INF:BANDWIDTH=1280000,RESOLUTION=1280x720\nlow/index.m3u8\n' +
        '#EXT-X-STREAM-INF:BANDWIDTH=2560000,RESOLUTION=1920x1080\nhigh/index.m3u8\n',
      200,
      HLS,
    ),
  'hls-media': () =>
    textAnswer(
      '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:6.0,\nsegment7.ts\n#EXTINF:6.0,\nsegment8.ts\n',
      200,
      HLS,
    ),
  empty: () => textAnswer(''),
  'error-text': () => textAnswer('Invalid username or password', 200, 'text/plain'),
};

/** What is found at a playlist's address in its place. */
export function standIn(what: (typeof PLAYLIST_STAND_INS)[number]): Answer {
  return ANSWERS[what]();
}
