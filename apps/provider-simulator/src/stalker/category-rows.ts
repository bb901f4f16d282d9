import type { ItemKind } from '@catalogue-sync/contracts';
import type { Catalogue } from '../catalogue/catalogue.js';

/** `get_categories` and `get_genres` as JSON; the first entry stands for all. */
export function categoryRows(catalogue: Catalogue, kind: ItemKind): string {
  const panel = catalogue.config.profile === 'panel';
  const genre = kind === 'channel';
  const rows = catalogue.categories(kind).map((category, position) => {
    const id = panel && kind !== 'channel' ? String(category.id) : `"${category.id}"`;
    const extra = genre && !panel ? `,"number":"${position + 1}","modified":""` : '';
    const censored = panel ? Number(category.adult) : `"${Number(category.adult)}"`;
    return `{"id":${id},"title":"${category.jsonName}","alias":"${category.alias}","censored":${censored}${extra}}`;
  });
  return `[${['{"id":"*","title":"All","alias":"*","censored":0}', ...rows].join(',')}]`;
}
