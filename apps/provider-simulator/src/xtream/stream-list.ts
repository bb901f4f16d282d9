import type { ItemKind } from '@catalogue-sync/contracts';
import type { Catalogue } from '../catalogue/catalogue.js';
import { itemAt } from '../catalogue/item.js';
import type { Bend } from '../rows/row-bender.js';
import { asciiJson, inChunks, type Answer } from '../server/answer.js';
import { liveRow } from './live-row.js';
import { movieRow } from './movie-row.js';
import { seriesRow } from './series-row.js';

/**
 * `get_live_streams`, `get_vod_streams` and `get_series`: the whole list in one body, computed while it is sent. `category_id` filters by
 * first category (a channel whose second category is asked for is missing, as on real panels); `params[offset]` and
 * `params[items_per_page]` cut the list before the filter. `bend` makes its rows odd; `emptyAs` is what a list without rows looks like.
 */
export function streamList(
  catalogue: Catalogue,
  kind: ItemKind,
  query: URLSearchParams,
  { bend, emptyAs = '[]' }: { bend?: Bend; emptyAs?: '[]' | '{}' } = {},
): Answer {
  return asciiJson(inChunks(joined(rows(catalogue, kind, query, bend), emptyAs)));
}

function* joined(texts: Iterable<string>, emptyAs: string): Generator<string> {
  let some = false;
  for (const text of texts) {
    yield some ? `,${text}` : `[${text}`;
    some = true;
  }
  yield some ? ']' : emptyAs;
}

function* rows(
  catalogue: Catalogue,
  kind: ItemKind,
  query: URLSearchParams,
  bend: Bend = (row) => [row],
): Generator<string> {
  const population = catalogue.population(kind);
  const position = askedCategory(catalogue, kind, query.get('category_id'));
  const { from, to } = askedSlice(query, population.slots);
  let num = 0;
  let live = -1;
  for (let index = 0; index < population.slots && live < to; index++) {
    if (!population.isListed(index)) continue;
    live += 1;
    if (live < from || live >= to) continue;
    const item = itemAt(population, index);
    if (position !== undefined && item.category !== position) continue;
    num += 1;
    if (kind === 'movie') yield* bend(movieRow(catalogue, item, num), item);
    else if (kind === 'series') yield* bend(seriesRow(catalogue, item, num), item);
    else {
      yield* bend(liveRow(catalogue, item, num, item.category), item);
      if (position === undefined && item.secondCategory !== undefined) {
        num += 1;
        yield* bend(liveRow(catalogue, item, num, item.secondCategory), item);
      }
    }
  }
}

/** The position of the category asked for; -1 for an unknown one, undefined for none. */
function askedCategory(catalogue: Catalogue, kind: ItemKind, asked: string | null): number | undefined {
  if (asked === null || asked === '' || asked === '*') return undefined;
  return catalogue.categories(kind).findIndex((category) => String(category.id) === asked);
}

function askedSlice(query: URLSearchParams, all: number): { from: number; to: number } {
  const size = Number(query.get('params[items_per_page]') ?? 0);
  const from = Number(query.get('params[offset]') ?? 0);
  const valid = Number.isSafeInteger(size) && size > 0 && Number.isSafeInteger(from) && from >= 0;
  return valid ? { from, to: from + size } : { from: 0, to: all };
}
