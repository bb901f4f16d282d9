import type { TransportQuirks } from '../quirks/access.quirks.js';
import { jsonAnswer, textAnswer, type Answer } from '../server/answer.js';
import { challengePage } from '../server/challenge-page.js';
import type { RequestedAction } from '../server/provider-request.js';

/** What a client gets whose `User-Agent` is not liked; undefined when it is. */
export function agentRefusal(
  filter: TransportQuirks['userAgent'],
  agent: string,
  requested: RequestedAction,
): Answer | undefined {
  if (filter === undefined) return undefined;
  const matches = agent.toLowerCase().includes(filter.contains.toLowerCase());
  if (matches === filter.allowed) return undefined;
  switch (filter.refusal) {
    case '461':
      return textAnswer('', 461);
    case '403-page':
      return challengePage(403);
    case 'challenge':
      return challengePage(200);
    case 'empty-lists':
      return emptyList(requested);
  }
}

/** A list without a row, where a list was asked for; logins and accounts answer as ever. */
function emptyList({ protocol, action }: RequestedAction): Answer | undefined {
  if (protocol === 'm3u' || action === 'get.php') return textAnswer('#EXTM3U\r\n', 200, 'audio/x-mpegurl');
  if (protocol === 'xtream') return action.startsWith('get_') ? jsonAnswer([]) : undefined;
  const page = { total_items: 0, max_page_items: 14, selected_item: 0, cur_page: 0, data: [] };
  return /\.get_(ordered_list|all_channels)$/.test(action) ? jsonAnswer({ js: page }) : undefined;
}
