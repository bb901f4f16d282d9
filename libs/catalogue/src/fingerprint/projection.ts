import type { CatalogueCategory, CatalogueItem } from '@catalogue-sync/contracts';
import { imagePath } from './image-path.js';
import { stableCommand } from './stable-command.js';

/** Between fields, and between entries of a list: normalised text holds no control characters, so nothing can imitate them. */
const FIELD = '\x1f';
const ENTRY = '\x1e';

/**
 * The fields of an item whose change is an update, in a fixed order; absent fields are empty. Changing anything here changes every
 * fingerprint: raise `FINGERPRINT_VERSION`.
 *
 * Left out (PROVIDERS D.2, A.11, B.9):
 * - id, kind, external id: they are the key that is compared by;
 * - categoryIds: memberships are compared on their own, once at the scope's end;
 * - ratings: providers round them anew; number: a position; highDefinition: panels read it from the running stream, and it flips;
 * - addedAt: a portal sets it anew when a row is switched on again, which changes nothing in the row;
 * - modifiedAt: some panels answer "now" to every request, and one such panel would make every series updated in every sync. New
 *   episodes show by `seasonCount` and `episodeCount` where a listing has them; `modifiedAt` is stored, as a hint to who fetches details;
 * - extra: fields that nobody knows the meaning of.
 *
 * `false` counts as absent, because the same row says "0", null or nothing from one day to the next.
 */
export function projectItem(item: CatalogueItem): string {
  const references = item.references;
  return (
    item.name +
    FIELD +
    text(item.originalName) +
    FIELD +
    text(item.description) +
    FIELD +
    sorted(item.genres) +
    FIELD +
    list(item.directors) +
    FIELD +
    list(item.actors) +
    FIELD +
    text(item.year) +
    FIELD +
    text(item.endYear) +
    FIELD +
    text(item.releaseDate) +
    FIELD +
    text(item.country) +
    FIELD +
    text(item.durationMinutes) +
    FIELD +
    text(item.ageRating) +
    FIELD +
    text(item.certificate) +
    FIELD +
    text(references?.tmdb) +
    FIELD +
    text(references?.imdb) +
    FIELD +
    text(references?.kinopoisk) +
    FIELD +
    image(item.poster) +
    FIELD +
    (item.backdrops === undefined ? '' : item.backdrops.map(imagePath).join(ENTRY)) +
    FIELD +
    text(item.trailer) +
    FIELD +
    flag(item.adult) +
    FIELD +
    text(item.container) +
    FIELD +
    text(item.epgChannelId) +
    FIELD +
    text(item.archiveDays) +
    FIELD +
    flag(item.radio) +
    FIELD +
    text(item.seasonCount) +
    FIELD +
    text(item.episodeCount) +
    FIELD +
    (item.playCommand === undefined ? '' : stableCommand(item.playCommand))
  );
}

/** The fields of a category whose change is an update. Its position is left out: one insertion moves all that follow. */
export function projectCategory(category: CatalogueCategory): string {
  return [category.name, text(category.kind), text(category.parentId), flag(category.adult)].join(FIELD);
}

function text(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}

function flag(value: boolean | undefined): string {
  return value === true ? '1' : '';
}

function image(url: string | undefined): string {
  return url === undefined ? '' : imagePath(url);
}

/** Order is billing: it counts. */
function list(values: string[] | undefined): string {
  return values === undefined ? '' : values.join(ENTRY);
}

/** Genres come out of a join whose order nobody promised. */
function sorted(values: string[] | undefined): string {
  if (values === undefined) return '';
  return values.length > 1 ? values.toSorted().join(ENTRY) : values.join(ENTRY);
}
