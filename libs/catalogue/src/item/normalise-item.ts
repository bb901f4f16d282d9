import type { CatalogueItem, ItemRatings, ItemReferences } from '@catalogue-sync/contracts';
import { cleanParagraphs, isBlankText } from '../text/clean-text.js';
import { extraField } from './extra-field.js';
import {
  categoryIdsField,
  dateField,
  flagField,
  instantField,
  lineField,
  listEntry,
  listField,
  numberField,
  urlField,
  yearField,
} from './field-rules.js';
import type { ItemDraft } from './item-draft.js';
import { itemId, standInName, storedExternalId } from './item-id.js';
import { ITEM_LIMITS } from './limits.js';

/**
 * The item in the one form that everything else sees: clean text (NFC, no unstorable or invisible characters, trimmed), blanks absent,
 * lists without repeats, numbers finite and bounded, keys in a fixed order, so that equal items are equal as JSON.
 *
 * Total: any draft gives an item, whatever its fields hold at run time, and nothing throws. Idempotent. An item without a usable name
 * is called "Untitled <external id>": it can be played and moved, so it is an item, and the stand-in is the same in every sync.
 */
export function normaliseItem(draft: ItemDraft): CatalogueItem {
  const externalId = storedExternalId(draft.externalId);
  const item: CatalogueItem = {
    id: itemId(draft.kind, externalId),
    kind: draft.kind,
    externalId,
    name: lineField(draft.name, ITEM_LIMITS.nameLength) ?? standInName(externalId),
    categoryIds: categoryIdsField(draft.categoryIds),
  };
  addDescriptiveFields(item, draft);
  addMediaFields(item, draft);
  addKindFields(item, draft);
  const extra = draft.extra == null ? undefined : extraField(draft.extra);
  if (extra !== undefined) item.extra = extra;
  return item;
}

function addDescriptiveFields(item: CatalogueItem, draft: ItemDraft): void {
  const originalName = lineField(draft.originalName, ITEM_LIMITS.nameLength);
  if (originalName !== undefined) item.originalName = originalName;
  const description = descriptionField(draft.description);
  if (description !== undefined) item.description = description;
  const genres = listField(draft.genres, listEntry);
  if (genres !== undefined) item.genres = genres;
  const directors = listField(draft.directors, listEntry);
  if (directors !== undefined) item.directors = directors;
  const actors = listField(draft.actors, listEntry);
  if (actors !== undefined) item.actors = actors;
  const year = yearField(draft.year);
  if (year !== undefined) item.year = year;
  const endYear = yearField(draft.endYear);
  if (endYear !== undefined && !(year !== undefined && endYear < year)) item.endYear = endYear;
  const releaseDate = dateField(draft.releaseDate);
  if (releaseDate !== undefined) item.releaseDate = releaseDate;
  const country = lineField(draft.country, ITEM_LIMITS.shortTextLength);
  if (country !== undefined) item.country = country;
  const durationMinutes = numberField(draft.durationMinutes, 1, 100_000, 0);
  if (durationMinutes !== undefined) item.durationMinutes = durationMinutes;
  const ageRating = lineField(draft.ageRating, ITEM_LIMITS.shortTextLength);
  if (ageRating !== undefined) item.ageRating = ageRating;
  const certificate = lineField(draft.certificate, ITEM_LIMITS.shortTextLength);
  if (certificate !== undefined) item.certificate = certificate;
  const ratings = ratingsField(draft.ratings);
  if (ratings !== undefined) item.ratings = ratings;
  const references = referencesField(draft.references);
  if (references !== undefined) item.references = references;
}

function addMediaFields(item: CatalogueItem, draft: ItemDraft): void {
  const poster = urlField(draft.poster);
  if (poster !== undefined) item.poster = poster;
  const backdrops = listField(draft.backdrops, urlField);
  if (backdrops !== undefined) item.backdrops = backdrops;
  const trailer = urlField(draft.trailer);
  if (trailer !== undefined) item.trailer = trailer;
  const adult = flagField(draft.adult);
  if (adult !== undefined) item.adult = adult;
  const highDefinition = flagField(draft.highDefinition);
  if (highDefinition !== undefined) item.highDefinition = highDefinition;
  const container = lineField(draft.container, ITEM_LIMITS.shortTextLength);
  if (container !== undefined) item.container = container;
  const addedAt = instantField(draft.addedAt);
  if (addedAt !== undefined) item.addedAt = addedAt;
  const modifiedAt = instantField(draft.modifiedAt);
  if (modifiedAt !== undefined) item.modifiedAt = modifiedAt;
}

function addKindFields(item: CatalogueItem, draft: ItemDraft): void {
  const number = numberField(draft.number, 0, 1e9, 3);
  if (number !== undefined) item.number = number;
  const epgChannelId = lineField(draft.epgChannelId, ITEM_LIMITS.shortTextLength);
  if (epgChannelId !== undefined) item.epgChannelId = epgChannelId;
  const archiveDays = numberField(draft.archiveDays, 0.01, 3_650, 2);
  if (archiveDays !== undefined) item.archiveDays = archiveDays;
  const radio = flagField(draft.radio);
  if (radio !== undefined) item.radio = radio;
  const seasonCount = numberField(draft.seasonCount, 0, 1e6, 0);
  if (seasonCount !== undefined) item.seasonCount = seasonCount;
  const episodeCount = numberField(draft.episodeCount, 0, 1e6, 0);
  if (episodeCount !== undefined) item.episodeCount = episodeCount;
  const playCommand = urlField(draft.playCommand);
  if (playCommand !== undefined) item.playCommand = playCommand;
}

function descriptionField(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = cleanParagraphs(value, ITEM_LIMITS.descriptionLength);
  return isBlankText(text) ? undefined : text;
}

/** Scores above 0 and up to 10; providers write 0 where there is none. */
function ratingsField(draft: ItemDraft['ratings']): ItemRatings | undefined {
  if (typeof draft !== 'object' || draft === null) return undefined;
  const ratings: ItemRatings = {};
  const overall = numberField(draft.overall, 0.001, 10, 3);
  if (overall !== undefined) ratings.overall = overall;
  const imdb = numberField(draft.imdb, 0.001, 10, 3);
  if (imdb !== undefined) ratings.imdb = imdb;
  const kinopoisk = numberField(draft.kinopoisk, 0.001, 10, 3);
  if (kinopoisk !== undefined) ratings.kinopoisk = kinopoisk;
  return (overall ?? imdb ?? kinopoisk) ? ratings : undefined;
}

function referencesField(draft: ItemDraft['references']): ItemReferences | undefined {
  if (typeof draft !== 'object' || draft === null) return undefined;
  const references: ItemReferences = {};
  const tmdb = referenceField(draft.tmdb);
  if (tmdb !== undefined) references.tmdb = tmdb;
  const imdb = referenceField(draft.imdb);
  if (imdb !== undefined) references.imdb = imdb;
  const kinopoisk = referenceField(draft.kinopoisk);
  if (kinopoisk !== undefined) references.kinopoisk = kinopoisk;
  return (tmdb ?? imdb ?? kinopoisk) ? references : undefined;
}

/** An id in a public database; "0" is how providers say "none". */
function referenceField(value: unknown): string | undefined {
  const text = lineField(value, ITEM_LIMITS.shortTextLength);
  return text === undefined || text === '0' ? undefined : text;
}
