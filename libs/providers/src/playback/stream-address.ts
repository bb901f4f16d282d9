import { noStream } from './stream-failure.js';

/** How a box is to play a command: "ffmpeg http://…", "ffrt3 rtsp://…" (PROVIDERS A.14). */
const SOLUTION = /^(?:ffmpeg|ffrt\d*|auto|mpegts|rtp|fm|vlc)\s+/i;
const PLAYABLE = new Set(['http:', 'https:', 'rtsp:', 'rtmp:', 'rtmps:']);

/**
 * The address in a portal's command or a playlist's entry, whole and fit for a `Location` header.
 *
 * @throws RequestFailure `stream-unavailable` when there is none that a player can open
 */
export function streamAddress(command: string): string {
  const text = command.trim().replace(SOLUTION, '');
  // `udp://wtf?` and the like: not subscribed, or the channel is down.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !PLAYABLE.has(url.protocol)) {
    throw noStream('its address cannot be opened. The item may not be part of the account.');
  }
  return url.href;
}
