import { sqlDateTime } from '../catalogue/dates.js';
import type { Episode } from '../catalogue/episodes.js';
import type { Item } from '../catalogue/item.js';
import { figure } from '../catalogue/item-text.js';

const LANGUAGES = [
  ['English', 'en'],
  ['French', 'fr'],
  ['German', 'de'],
] as const;
/** Above the ids of episodes. */
const FILE_ID_BASE = 1_000_000_000_000;

/** The files of a movie or of an episode, as `get_ordered_list` of a real portal lists them: one for each language. */
export function fileRows(item: Item, episode?: Episode): string[] {
  const date = sqlDateTime(item.addedAt);
  const count = 1 + (figure(item, 45) % LANGUAGES.length);
  return LANGUAGES.slice(0, count).map(([language, code], i) => {
    const id = FILE_ID_BASE + (episode?.id ?? item.id) * 4 + i;
    return JSON.stringify({
      id: String(id),
      video_id: String(item.id),
      series_id: episode === undefined ? '0' : String(episode.id),
      file_type: 'video',
      protocol: 'http',
      url: '',
      file_name: `file_${id}.mpg`,
      languages: `a:1:{i:0;s:2:"${code}";}`,
      quality: '5',
      volume_level: '0',
      accessed: '1',
      status: '1',
      date_add: date,
      date_modify: date,
      tmp_link_type: '',
      name: `${language} / HD (720)`,
      is_file: true,
      cmd: `/media/file_${id}.mpg`,
      for_rent: 0,
    });
  });
}
