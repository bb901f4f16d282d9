import { hexText, mix } from '../catalogue/seeded.js';
import type { Row } from './row.js';

const COUNTERS = [
  'count',
  'count_first_0_5',
  'vote_sound_good',
  'vote_sound_bad',
  'rating_count_kinopoisk',
  'position',
  'num',
];
const DAY_LABELS = { today: 'today', yesterday: 'yesterday', week_and_more: 'More than a week' };

/** Everything of a row that is no change of the item takes a value that only this request sees. */
export function volatile(row: Row, draw: number): Row {
  const next: Row = { ...row };
  for (const counter of COUNTERS) {
    if (!(counter in next)) continue;
    const value = mix(draw, counter.length) % 100_000;
    next[counter] = typeof next[counter] === 'string' ? String(value) : value;
  }
  const link = `http://edge${draw % 9}.example/${hexText(draw, 24)}`;
  if ('direct_source' in next) next.direct_source = link;
  if ('thumbnail' in next) next.thumbnail = `${link}.jpg`;
  if ('custom_sid' in next) next.custom_sid = hexText(draw, 8);
  if ('cur_playing' in next) next.cur_playing = `Show ${draw % 1_000}`;
  const labels = Object.keys(DAY_LABELS).filter((label) => label in next);
  for (const label of labels) {
    delete next[label];
    const [member = 'today', text] = Object.entries(DAY_LABELS)[draw % 3] ?? [];
    next[member] = text;
  }
  return next;
}
